package org.catalogtagger.streaming.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.catalogtagger.streaming.job.LoopbackPort;

/** A real broker that asks for a password (SASL/PLAIN): anna's, swordfish. */
public final class PasswordedKafka implements AutoCloseable {
    private final KafkaRaftServer server;
    private final int port;

    public PasswordedKafka(Path folder) throws IOException {
        port = LoopbackPort.free();
        Properties properties = properties(folder.resolve("log"), port);
        Path file = Files.createDirectories(folder).resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        StorageTool.execute(
                new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        server.startup();
    }

    private static Properties properties(Path log, int port) throws IOException {
        int inside = LoopbackPort.free();
        int controller = LoopbackPort.free();
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "INSIDE");
        String brokers = "OUTSIDE://127.0.0.1:%d,INSIDE://127.0.0.1:%d".formatted(port, inside);
        properties.put("listeners", brokers + ",CONTROLLER://127.0.0.1:" + controller);
        properties.put("advertised.listeners", brokers);
        properties.put(
                "listener.security.protocol.map", "OUTSIDE:SASL_PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("listener.name.outside.sasl.enabled.mechanisms", "PLAIN");
        properties.put(
                "listener.name.outside.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_anna=\"swordfish\";");
        properties.put("log.dirs", log.toString());
        properties.put("offsets.topic.replication.factor", "1");
        return properties;
    }

    /** What a client is to be told, as a properties file has it. */
    public static String client(String password) {
        return "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config="
                + "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"anna\" password=\"%s\";\n"
                        .formatted(password);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
