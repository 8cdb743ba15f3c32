package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
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
        kafka.createTopics(List.of("drift-alerts"), 1);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (ProducerRecord<String, String> each : List.of(
                    alert("accuracy|Shirts", "open", "accuracy", "Shirts", 0.84, 0.62, "09:00"),
                    alert("accuracy|Ties", "open", "accuracy", "Ties", 0.9, 0.5, "09:30"),
                    new ProducerRecord<>("drift-alerts", "odd", "{\"status\": 3"),
                    alert("brightness|", "open", "brightness", "", 120, 60.25, "10:00"),
                    alert("accuracy|Ties", "closed", "accuracy", "Ties", 0.9, 0.89, "11:00"))) {
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

    private int drift(String... more) {
        List<String> arguments = new ArrayList<>(List.of("drift", "--bootstrap", kafka.bootstrapServers()));
        arguments.addAll(List.of(more));
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return Tagger.commandLine().execute(arguments.toArray(String[]::new));
        } finally {
            System.setOut(before);
            out = bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
