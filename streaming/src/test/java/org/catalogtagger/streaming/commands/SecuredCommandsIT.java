package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.kafka.secured.Login;
import org.catalogtagger.streaming.kafka.secured.Rights;
import org.catalogtagger.streaming.kafka.secured.SecuredKafka;
import org.catalogtagger.streaming.kafka.secured.TestAuthority;
import org.catalogtagger.streaming.kafka.secured.TokenServer;
import org.catalogtagger.streaming.watch.PageEvents;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands at a Kafka that asks who they are: with the right answer they work, with a wrong one they say in a line what to do. */
class SecuredCommandsIT {
    private static final String USER = "anna";

    @TempDir
    private static Path folder;

    private static SecuredKafka kafka;
    private static Rights rights;
    private static Login login;

    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        kafka = new SecuredKafka(folder.resolve("kafka"));
        rights = new Rights(kafka);
        rights.admit(USER, TestAuthority.PASSWORD);
        rights.allowAll(USER);
        login = kafka.scram(USER, TestAuthority.PASSWORD);
        TinyModel.save(folder.resolve("model"), 1);
        Files.createDirectories(folder.resolve("images/Ties"));
        Files.createDirectory(folder.resolve("tmp"));
        Files.write(folder.resolve("images/Ties/1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        Files.writeString(
                folder.resolve("stream.yaml"),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                flink: {parallelism: 1, stateBackend: hashmap, checkpointInterval: 200 ms, checkpointDirectory: '%s'}
                """
                        .formatted(login.bootstrapServers(), folder.resolve("model"), folder.resolve("checkpoints")));
    }

    @AfterAll
    static void stop() {
        rights.close();
        kafka.close();
    }

    @Test
    void withTheRightPasswordAllWorkAndTheJobOutlivesOneThatIsWrongForAWhile() throws Exception {
        Path file = login.write(folder.resolve("right.properties"));
        String config = folder.resolve("stream.yaml").toString();
        String images = folder.resolve("images").toString();
        String model = folder.resolve("model").toString();
        works(file, "topics", "--config", config, "--create", "--partitions", "2");
        try (TaggerProcess job = TaggerProcess.start(
                folder.resolve("tmp"),
                folder.resolve("job.log"),
                "stream",
                "--config",
                config,
                "--command-config",
                file.toString())) {
            job.awaitOutput("stop with Ctrl-C");
            works(file, at("publish", "--images", images, "--labels", "delayed", "--label-delay", "1 ms"));
            RunningJob.await("the tag", () -> tags() == 1);
            works(file, at("release", "--model", model));
            works(file, at("replay-rejected"));
            Path out = folder.resolve("out");
            works(file, at("batch", "--model", model, "--out", out.toString()));
            assertThat(out.resolve("tags.jsonl")).content().contains("\"productId\":\"1\"");
            assertThat(watched(file)).contains("\"trouble\":\"\"");

            rights.admit(USER, "hunter2");
            kafka.restart();
            job.awaitOutput(
                    "are the user and password of sasl.jaas.config right?; the job tries again until that is mended");
            rights.admit(USER, TestAuthority.PASSWORD);
            job.awaitOutput("that is mended; the job goes on");
            works(file, at("publish", "--images", images));
            RunningJob.await("the tag afterwards", () -> tags() == 2);
            job.signal("TERM");
            assertThat(job.exitCode()).isEqualTo(143);
            assertThat(job.output()).doesNotContain(TestAuthority.PASSWORD, "hunter2");
        }
    }

    @Test
    void aWrongPasswordIsNamed() throws Exception {
        fails(kafka.scram(USER, "hunter2"), "invalid credentials", "password of sasl.jaas.config");
        fails(login.with("sasl.mechanism", "PLAIN"), "'PLAIN' not enabled", "SCRAM-SHA-512");
    }

    @Test
    void aBrokerOfAnotherAuthorityOrNameIsNotTrusted() throws Exception {
        TestAuthority other = new TestAuthority(folder.resolve("other"), "other");
        fails(
                login.with("ssl.truststore.location", other.certificate().toString()),
                "signed by nobody whom ssl.truststore.location trusts");
        String byName = login.bootstrapServers().replace("127.0.0.1", "localhost");
        fails(new Login(byName, login.properties()), "for another name or address", "localhost");
    }

    @Test
    void aCertificateThatIsMissingForeignOrExpiredIsNamed() throws Exception {
        TestAuthority other = new TestAuthority(folder.resolve("foreign"), "foreign");
        String what = "ssl.keystore.location must hold one";
        Path store = folder.resolve("anna.p12");
        fails(kafka.mutual(other.issue(store, USER, Duration.ofHours(1))), "does not accept our certificate", what);
        fails(kafka.mutual(kafka.authority.issue(store, USER, Duration.ofSeconds(-5))), "certificate_unknown", what);
        fails(kafka.mutual(store).with("ssl.keystore.password", "hunter2"), "ssl.keystore.password");
        Map<String, String> without = new HashMap<>(kafka.mutual(store).properties());
        without.keySet().removeIf(name -> name.startsWith("ssl.keystore"));
        fails(new Login(kafka.mutual(store).bootstrapServers(), without), "bad_certificate", what);
    }

    @Test
    void aBrokersCertificateThatHasExpiredIsNamedAndOneThatIsRenewedIsTrusted() throws Exception {
        kafka.restartWithCertificate(Duration.ofSeconds(-5));
        fails(login, "the broker's certificate has expired", "renew it");
        kafka.renewCertificate(Duration.ofHours(12));
        Path file = login.write(folder.resolve("renewed.properties"));
        RunningJob.await("the renewed certificate", () -> {
            run(file, at("publish", "--images", folder.resolve("images").toString()));
            return !err.toString().contains("expired");
        });
    }

    @Test
    void aTokenThatIsNotGivenIsNamed() throws Exception {
        Login token = kafka.oauth(USER, "hunter2");
        fails(token, "clientSecret of sasl.jaas.config");
        String url = "sasl.oauthbearer.token.endpoint.url";
        fails(token.with(url, "http://127.0.0.1:1/token"), "TAGGER_JAVA_OPTS", TokenServer.ALLOWED_URLS);
    }

    private static List<String> at(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--bootstrap", login.bootstrapServers()));
        return all;
    }

    private void works(Path file, String... arguments) {
        works(file, List.of(arguments));
    }

    private void works(Path file, List<String> arguments) {
        assertThat(run(file, arguments)).as(arguments + ": " + err).isZero();
    }

    private void fails(Login wrong, String... said) throws Exception {
        Path file = wrong.write(folder.resolve("wrong.properties"));
        int code = run(file, List.of("watch", "--bootstrap", wrong.bootstrapServers()));
        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(said)
                .doesNotContain("hunter2", TestAuthority.PASSWORD);
    }

    private int run(Path file, List<String> arguments) {
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--command-config", file.toString()));
        CommandLine tagger = Tagger.commandLine().setErr(new PrintWriter(err, true));
        return tagger.execute(all.toArray(String[]::new));
    }

    /** What the live page says of its connection once it shows a picture. */
    private String watched(Path file) throws Exception {
        int port = LoopbackPort.free();
        List<String> watch = at("watch", "--port", Integer.toString(port));
        Thread page = new Thread(() -> run(file, watch));
        page.start();
        URI address = URI.create("http://127.0.0.1:" + port);
        String status = "";
        try (BufferedReader in = opened(address)) {
            for (String line = ""; !line.contains("\"pictured\":true"); line = in.readLine()) {
                status = line.contains("\"trouble\"") ? line : status;
            }
        } finally {
            page.interrupt();
            page.join();
        }
        return status;
    }

    private static BufferedReader opened(URI page) throws InterruptedException {
        AtomicReference<BufferedReader> stream = new AtomicReference<>();
        RunningJob.await("the page", () -> {
            try {
                stream.set(PageEvents.of(page));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return Objects.requireNonNull(stream.get());
    }

    private static int tags() {
        return CommittedRecords.readAll(kafka.inside(), "product-tags").size();
    }
}
