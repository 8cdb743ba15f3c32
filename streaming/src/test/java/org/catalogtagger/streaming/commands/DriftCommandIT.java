package org.catalogtagger.streaming.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagger drift} on a broker with alerts. */
class DriftCommandIT {
    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private String out = "";

    @BeforeEach
    void sendAlerts() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("drift-alerts", "drift-acceptances"), 1);
        send(List.of(
                alert("accuracy|Shirts", "open", "accuracy", "Shirts", 0.84, 0.62, "09:00"),
                alert("accuracy|Ties", "open", "accuracy", "Ties", 0.9, 0.5, "09:30"),
                new ProducerRecord<>("drift-alerts", "odd", "{\"status\": 3"),
                alert("brightness|", "open", "brightness", "", 120, 60.25, "10:00"),
                alert("accuracy|Ties", "closed", "accuracy", "Ties", 0.9, 0.89, "11:00")));
    }

    private void send(List<ProducerRecord<String, String>> alerts) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (ProducerRecord<String, String> each : alerts) {
                producer.send(each).get();
            }
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    private static ProducerRecord<String, String> alert(
            String key, String status, String kind, String label, double reference, double current, String at) {
        String ofClass = label.isEmpty() ? "" : "\"label\": \"%s\", ".formatted(label);
        return new ProducerRecord<>(
                "drift-alerts",
                key,
                ("{\"status\": \"%s\", \"kind\": \"%s\", %s\"referenceValue\": %s, \"currentValue\": %s, \"change\": %s,"
                                + " \"reference\": \"test-and-past\", \"detector\": \"d\", \"evidence\": \"120 decibans\","
                                + " \"observations\": 1812, \"since\": \"2026-01-31T08:00:00Z\", \"at\": \"2026-01-31T%s:00Z\","
                                + " \"modelVersion\": \"compact-1\"}")
                        .formatted(status, kind, ofClass, reference, current, current - reference, at));
    }

    @Test
    void listsWhatIsOpenAndWhatIsOver() {
        assertThat(drift()).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "open: 2",
                        "  brightness since 2026-01-31T08:00:00Z: 60.3, 120.0 by the test and past",
                        "    120 decibans; 1,812 tags, model compact-1",
                        "  accuracy of Shirts since 2026-01-31T08:00:00Z: 62.0 %, 84.0 % by the test and past",
                        "    120 decibans; 1,812 tags, model compact-1",
                        "over: 1",
                        "  accuracy of Ties since 2026-01-31T08:00:00Z until 2026-01-31T11:00:00Z: 89.0 %, 90.0 % by the"
                                + " test and past",
                        "    120 decibans; 1,812 tags, model compact-1");
    }

    @Test
    void saysOfWhichClassesAFallCouldNotBeSeen() throws Exception {
        kafka.createTopics(List.of("model-baselines"), 1);
        String classes =
                "{\"label\": \"%s\", \"support\": 9, \"correct\": 8, \"accuracy\": 0.9, \"accuracyLower\": 0.6,"
                        + " \"accuracyUpper\": 1, \"precision\": 1, \"f1\": 1}";
        String baseline =
                "{\"modelVersion\": \"%s\", \"support\": 9, \"correct\": 8, \"accuracy\": 0.9, \"accuracyLower\": 0.6,"
                        + " \"accuracyUpper\": 1, \"classes\": [%s], \"watched\": [%s]}";
        String four = String.join(
                ", ",
                classes.formatted("Hats"),
                classes.formatted("Shirts"),
                classes.formatted("Ties"),
                classes.formatted("Tunics"));
        send(List.of(
                new ProducerRecord<>("model-baselines", "compact-0", baseline.formatted("compact-0", "", "")),
                new ProducerRecord<>("model-baselines", "odd", "{"),
                new ProducerRecord<>(
                        "model-baselines",
                        "compact-1",
                        baseline.formatted(
                                "compact-1",
                                four,
                                "{\"label\": \"Hats\", \"labelsNeeded\": 1140}, {\"label\": \"Ties\", \"labelsNeeded\": 100000},"
                                        + " {\"label\": \"Tunics\", \"detectionDelay\": 47, \"labelsNeeded\": 0}"))));
        assertThat(drift("--since", "2026-02-01T00:00:00Z")).isZero();
        assertThat(out.lines().skip(out.lines().count() - 2))
                .containsExactly(
                        "watched: 1 of 4 classes of model compact-1, where a fall by 20 points shows after 47 labels of it; 1 have fallen",
                        "  not yet: Hats (needs 1,140 more labels), Ties (needs 100,000 more labels)");
    }

    @Test
    void aTopicOfBaselinesThatIsAskedForMustBeThere() {
        assertThat(drift("--baselines", "my-baselines")).isEqualTo(1);
        assertThat(drift()).isZero();
    }

    @Test
    void leavesOutWhatWasOverBefore() {
        assertThat(drift("--since", "2026-01-31T11:00:01Z", "--json")).isZero();
        assertThat(out.lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("{\"status\":\"open\""))
                .last()
                .asString()
                .contains("\"label\":\"Shirts\"");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() {
        assertThat(drift("--topic", "none-such")).isEqualTo(1);
    }

    @Test
    void acceptsThoseThatAreMeantAndSaysWhich() throws Exception {
        assertThat(accept("--kind", "accuracy", "--label", "Shirts", "--wait", "0"))
                .isZero();
        assertThat(out.lines())
                .containsExactly("accepting accuracy of Shirts since 2026-01-31T08:00:00Z, model compact-1: 62.0 %,"
                        + " 84.0 % by the test and past");
        assertThat(accept("--all", "--model-version", "compact-1", "--wait", "0"))
                .isZero();
        assertThat(out.lines()).hasSize(2).anyMatch(line -> line.startsWith("accepting brightness since"));
        assertThat(acceptances())
                .extracting(each -> new String(each.key(), UTF_8))
                .containsExactly("accuracy|Shirts", "accuracy|Shirts", "brightness|");
        JsonNode first = Json.MAPPER.readTree(acceptances().get(0).value());
        assertThat(first.path("kind").asText()).isEqualTo("accuracy");
        assertThat(first.path("label").asText()).isEqualTo("Shirts");
        assertThat(first.path("modelVersion").asText()).isEqualTo("compact-1");
        assertThat(first.path("since").asText()).isEqualTo("2026-01-31T08:00:00Z");
        assertThat(Instant.parse(first.path("acceptedAt").asText())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void whereNoneIsOpenThatMatchesNothingIsSent() {
        assertThat(accept("--kind", "accuracy", "--label", "Ties"))
                .as("is over")
                .isEqualTo(1);
        assertThat(accept("--kind", "confidence")).isEqualTo(1);
        assertThat(accept("--kind", "accuracy", "--label", "")).as("of all").isEqualTo(1);
        assertThat(accept("--all", "--model-version", "compact-2")).isEqualTo(1);
        assertThat(acceptances()).isEmpty();
    }

    @Test
    void whereNoJobAnswersItIsSaidAndTheAcceptanceStays() {
        assertThat(accept("--all", "--wait", "1")).isEqualTo(1);
        assertThat(acceptances()).hasSize(2);
    }

    @Test
    void waitsForTheJobToCloseThem() throws Exception {
        CompletableFuture<Void> job = CompletableFuture.runAsync(this::closeWhenAccepted);
        assertThat(accept("--all")).isZero();
        job.get();
        assertThat(out.lines())
                .filteredOn(line -> line.startsWith("closed"))
                .containsExactlyInAnyOrder(
                        "closed accuracy of Shirts: 120 decibans", "closed brightness: 120 decibans");
    }

    /** As the job does. */
    private void closeWhenAccepted() {
        try {
            RunningJob.await("two acceptances", () -> acceptances().size() == 2);
            send(List.of(
                    alert("accuracy|Shirts", "closed", "accuracy", "Shirts", 0.84, 0.62, "12:00"),
                    alert("brightness|", "closed", "brightness", "", 120, 60.25, "12:00")));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> acceptances() {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "drift-acceptances");
    }

    private int accept(String... choice) {
        List<String> arguments = new ArrayList<>(List.of("accept"));
        arguments.addAll(List.of(choice));
        return drift(arguments.toArray(String[]::new));
    }

    private int drift(String... more) {
        List<String> arguments = new ArrayList<>(List.of("drift", "--bootstrap", kafka.bootstrapServers()));
        arguments.addAll(List.of(more));
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, UTF_8));
        try {
            return Tagger.commandLine().execute(arguments.toArray(String[]::new));
        } finally {
            System.setOut(before);
            out = bytes.toString(UTF_8);
        }
    }
}
