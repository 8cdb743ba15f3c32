package org.catalogtagger.streaming.kafka.secured;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.utils.Time;
import org.catalogtagger.streaming.job.LoopbackPort;

/**
 * A real broker that asks who you are, in three ways, each at a port of its own, all over TLS: SCRAM-SHA-512, a certificate
 * of yours (mutual TLS), or a token of OAuth; and that lets each do only what its ACLs allow. Who comes by the plain port
 * inside may do all.
 */
public final class SecuredKafka implements AutoCloseable {
    private static final String NODE = "1";
    private static final List<String> SECURED = List.of("scram", "mutual", "oauth");

    public final TestAuthority authority;
    public final TokenServer tokens;
    private final Path folder;
    private final int scram = LoopbackPort.free();
    private final int mutual = LoopbackPort.free();
    private final int oauth = LoopbackPort.free();
    private final int inside = LoopbackPort.free();
    private final Properties properties;
    private KafkaRaftServer server;

    /** One whose own certificate and tokens outlive any test. */
    public SecuredKafka(Path folder) throws Exception {
        this(folder, Duration.ofHours(12), Duration.ofHours(1));
    }

    /**
     * One with other lifetimes.
     *
     * @param certificate the broker's
     * @param token OAuth's
     */
    public SecuredKafka(Path folder, Duration certificate, Duration token) throws Exception {
        this.folder = Files.createDirectories(folder);
        authority = new TestAuthority(folder.resolve("authority"), "test");
        authority.issue(keystore(), "broker", certificate);
        tokens = new TokenServer(token);
        System.setProperty(TokenServer.ALLOWED_URLS, tokens.tokenUrl() + "," + tokens.keysUrl());
        properties = properties();
        format();
        server = start();
    }

    private Path keystore() {
        return folder.resolve("broker.p12");
    }

    private Properties properties() throws IOException {
        Properties all = new Properties();
        try (var common = SecuredKafka.class.getResourceAsStream("broker.properties")) {
            all.load(common);
        }
        int controller = LoopbackPort.free();
        String brokers = "SCRAM://127.0.0.1:%d,MUTUAL://127.0.0.1:%d,OAUTH://127.0.0.1:%d,INSIDE://127.0.0.1:%d"
                .formatted(scram, mutual, oauth, inside);
        all.put("node.id", NODE);
        all.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controller);
        all.put("listeners", brokers + ",CONTROLLER://127.0.0.1:" + controller);
        all.put("advertised.listeners", brokers);
        all.put("log.dirs", folder.resolve("log").toString());
        for (String listener : SECURED) {
            String name = "listener.name." + listener + ".ssl.";
            all.put(name + "keystore.location", keystore().toString());
            all.put(name + "keystore.type", "PKCS12");
            all.put(name + "keystore.password", TestAuthority.PASSWORD);
            all.put(name + "truststore.location", authority.certificate().toString());
            all.put(name + "truststore.type", "PEM");
        }
        all.put("listener.name.oauth.oauthbearer.sasl.oauthbearer.jwks.endpoint.url", tokens.keysUrl());
        all.put("listener.name.oauth.oauthbearer.sasl.oauthbearer.expected.audience", TokenServer.AUDIENCE);
        return all;
    }

    private void format() throws IOException {
        Path file = folder.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    }

    private KafkaRaftServer start() {
        KafkaRaftServer fresh = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        fresh.startup();
        return fresh;
    }

    /** Ends all connections; who comes again must show again who he is. */
    public void restart() {
        server.shutdown();
        server.awaitShutdown();
        server = start();
    }

    /** The same, with another certificate of its own. */
    public void restartWithCertificate(Duration left) throws Exception {
        authority.issue(keystore(), "broker", left);
        restart();
    }

    /** Where anyone may do all. */
    public String inside() {
        return "127.0.0.1:" + inside;
    }

    /** By a password; {@link Rights#admit} makes it known. */
    public Login scram(String user, String password) {
        return Login.scram("127.0.0.1:" + scram, authority.certificate(), user, password);
    }

    /** By a certificate, whose common name is the user's. */
    public Login mutual(Path keystore) {
        return Login.mutual("127.0.0.1:" + mutual, authority.certificate(), keystore);
    }

    /** By a token, for any user. */
    public Login oauth(String user, String password) {
        return Login.oauth("127.0.0.1:" + oauth, authority.certificate(), tokens.tokenUrl(), user, password);
    }

    /** Replaces the broker's certificate while it runs, as Kafka's documentation has it: the same path is set once more. */
    public void renewCertificate(Duration left) throws Exception {
        authority.issue(keystore(), "broker", left);
        List<AlterConfigOp> same = SECURED.stream()
                .map(listener -> new ConfigEntry(
                        "listener.name.%s.ssl.keystore.location".formatted(listener),
                        keystore().toString()))
                .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", inside()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, NODE), same))
                    .all()
                    .get();
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        tokens.close();
    }
}
