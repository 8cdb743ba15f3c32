package org.catalogtagger.streaming.kafka.secured;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.commands.DriftCommand;
import org.catalogtagger.streaming.commands.PublishCommand;
import org.catalogtagger.streaming.commands.ReleaseCommand;
import org.catalogtagger.streaming.commands.ReplayRejectedCommand;
import org.catalogtagger.streaming.commands.TopicsCommand;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Those who use the commands, with exactly the rights that {@code users.yaml} gives to them, and with one less. */
class UserRightsIT {
    private static final String PUBLISHER = "catalog-tagger-publisher";
    private static final String RELEASER = "catalog-tagger-releaser";
    private static final String ACCEPTER = "catalog-tagger-accepter";
    private static final String OPERATOR = "catalog-tagger-operator";

    @TempDir
    private static Path folder;

    private static SecuredKafka kafka;
    private static Rights rights;
    private static Admin admin;
    private static ModelBundle model;

    @BeforeAll
    static void start() throws Exception {
        kafka = new SecuredKafka(folder.resolve("kafka"));
        rights = new Rights(kafka);
        admin = Admin.create(Map.of("bootstrap.servers", kafka.inside()));
        model = TinyModel.save(folder.resolve("model"), 1);
        SecuredJob.createTopics(kafka, folder, model);
        Files.createDirectories(folder.resolve("images/Ties"));
        Files.write(folder.resolve("images/Ties/1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        for (Map.Entry<String, List<AclBinding>> user : KafkaUsers.rights().entrySet()) {
            rights.admit(user.getKey(), TestAuthority.PASSWORD);
            rights.allow(user.getValue());
            login(user.getKey()).write(folder.resolve(user.getKey()));
        }
    }

    @AfterAll
    static void stop() {
        admin.close();
        rights.close();
        kafka.close();
    }

    /** One that can be accepted; its topic may have been made anew. */
    private static void openAlert() throws Exception {
        String alert =
                """
                {"status": "open", "kind": "brightness", "referenceValue": 200, "currentValue": 100, "change": -100,
                 "reference": "tags-before", "detector": "d", "evidence": "e", "observations": 1000,
                 "since": "2026-01-31T08:00:00Z", "at": "2026-01-31T09:00:00Z", "modelVersion": "v1"}
                """;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.inside()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("drift-alerts", "key".getBytes(UTF_8), alert.getBytes(UTF_8)))
                    .get();
        }
    }

    private static Login login(String user) {
        return kafka.scram(user, TestAuthority.PASSWORD);
    }

    static Stream<Arguments> all() throws IOException {
        Map<String, List<AclBinding>> all = KafkaUsers.rights();
        return Stream.of(PUBLISHER, RELEASER, ACCEPTER, OPERATOR)
                .flatMap(user -> Objects.requireNonNull(all.get(user)).stream()
                        .map(right -> Arguments.of(
                                user, right.pattern().name(), right.entry().operation(), right)));
    }

    @ParameterizedTest
    @ValueSource(strings = {PUBLISHER, RELEASER, ACCEPTER, OPERATOR})
    void withAllRightsTheCommandsWork(String user) throws Exception {
        assertThat(whatFails(user, "product-tags", AclOperation.ALL)).isEmpty();
    }

    @ParameterizedTest(name = "{0} without {2} of {1}")
    @MethodSource("all")
    void withOneRightLessACommandFailsAndSaysWhereItIsMissing(
            String user, String name, AclOperation operation, AclBinding right) throws Exception {
        AclBinding describe = KafkaUsers.allow(user, right.pattern(), AclOperation.DESCRIBE);
        boolean describes = operation == AclOperation.READ || operation == AclOperation.WRITE;
        if (describes) {
            rights.allow(List.of(describe));
        }
        rights.withdraw(right);
        try {
            assertThat(whatFails(user, name, operation))
                    .hasValueSatisfying(said -> assertThat(said).contains(name).doesNotContain("\tat "));
        } finally {
            rights.allow(List.of(right));
            if (describes) {
                rights.withdraw(describe);
            }
        }
    }

    private static Optional<String> whatFails(String user, String topic, AclOperation operation) throws Exception {
        return switch (user) {
            case PUBLISHER ->
                run(
                        new PublishCommand(),
                        "--images",
                        folder.resolve("images").toString(),
                        "--labels",
                        "delayed",
                        "--label-delay",
                        "1 ms",
                        "--bootstrap",
                        login(user).bootstrapServers(),
                        "--command-config",
                        folder.resolve(user).toString());
            // No job runs that could answer.
            case RELEASER ->
                run(
                                new ReleaseCommand(),
                                "--model",
                                model.directory().toString(),
                                "--wait",
                                "1",
                                "--bootstrap",
                                login(user).bootstrapServers(),
                                "--command-config",
                                folder.resolve(user).toString())
                        .filter(said -> !said.startsWith("no job answered"));
            case ACCEPTER -> {
                openAlert();
                yield run(
                                new DriftCommand(),
                                "accept",
                                "--all",
                                "--wait",
                                "1",
                                "--bootstrap",
                                login(user).bootstrapServers(),
                                "--command-config",
                                folder.resolve(user).toString())
                        .filter(said -> !said.startsWith("no job closed"));
            }
            default -> whatFailsOperating(topic, operation);
        };
    }

    private static Optional<String> whatFailsOperating(String topic, AclOperation operation) throws Exception {
        if (operation == AclOperation.CREATE || operation == AclOperation.ALL) {
            admin.deleteTopics(List.of(topic)).all().get();
            while (admin.listTopics().names().get().contains(topic)) {
                Thread.onSpinWait();
            }
        }
        Path config = Files.writeString(
                folder.resolve("operator.yaml"),
                "{kafka: {bootstrapServers: '%s'}, model: {bundle: m}}"
                        .formatted(login(OPERATOR).bootstrapServers()));
        String file = folder.resolve(OPERATOR).toString();
        Optional<String> fault =
                run(new TopicsCommand(), "--config", config.toString(), "--create", "--command-config", file);
        boolean replays =
                List.of(AclOperation.READ, AclOperation.WRITE, AclOperation.ALL).contains(operation);
        if (fault.isPresent() || !replays) {
            return fault;
        }
        reject("product-images");
        reject("product-labels");
        return run(
                new ReplayRejectedCommand(),
                "--bootstrap",
                login(OPERATOR).bootstrapServers(),
                "--command-config",
                file);
    }

    /** As the job does with what is too large for the topic of the rejected: only where it lies says what it was. */
    private static void reject(String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.inside()), new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata lies = producer.send(new ProducerRecord<>(topic, "large".getBytes(UTF_8)))
                    .get();
            ProducerRecord<byte[], byte[]> rejected =
                    new ProducerRecord<>("product-images-rejected", "la".getBytes(UTF_8));
            Map<String, String> headers = Map.of(
                    "source-record",
                    "%s/%d/%d".formatted(topic, lies.partition(), lies.offset()),
                    "cut",
                    "value=5",
                    "reason",
                    "corrupt",
                    "detail",
                    "",
                    "at",
                    Instant.now().toString());
            headers.forEach((key, text) -> rejected.headers().add(key, text.getBytes(UTF_8)));
            producer.send(rejected).get();
        }
    }

    /** What a command says, if it does not end well. */
    private static Optional<String> run(Object command, String... arguments) {
        List<String> faults = new ArrayList<>();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(said, true, UTF_8));
        try {
            CommandLine line = new CommandLine(command)
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setOut(new PrintWriter(said, true, UTF_8))
                    .setErr(new PrintWriter(said, true, UTF_8))
                    .setExecutionExceptionHandler((e, unused, parsed) -> {
                        faults.add(ErrorLine.of(e));
                        return 1;
                    });
            if (line.execute(arguments) == 0) {
                return Optional.empty();
            }
        } finally {
            System.setOut(console);
        }
        return Optional.of(faults.isEmpty() ? said.toString(UTF_8) : faults.get(0));
    }
}
