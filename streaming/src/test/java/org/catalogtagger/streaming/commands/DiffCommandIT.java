package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.catalogtagger.cli.TemporaryFolder;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagger diff} on what came through a broker. */
class DiffCommandIT {
    private static final int PRODUCTS = 30;

    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private String out = "";

    @BeforeEach
    void sendEvents() throws Exception {
        TinyModel.save(folder.resolve("one"), 1);
        TinyModel.save(folder.resolve("other"), 8);
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images", "product-labels"), 2);
        try (KafkaProducer<String, byte[]> producer = producer()) {
            for (int i = 0; i < PRODUCTS; i++) {
                send(producer, "product-images", "p" + i, jpeg(i), i < 10 ? Map.of("label", "Shirts") : Map.of());
            }
            // What comes again, also by URI, as no image or late; and what is no image at all.
            send(producer, "product-images", "p3", bytes("https://x/y.jpg"), Map.of("content-type", "text/uri-list"));
            send(producer, "product-images", "p4", bytes("no image"), Map.of("label", "Ties"));
            ProducerRecord<String, byte[]> late =
                    new ProducerRecord<>("product-images", null, 1_000_000_000_000L, "p5", jpeg(7));
            late.headers().add("label", bytes("Ties"));
            producer.send(late).get();
            send(producer, "product-images", "p0", jpeg(100), Map.of("label", "Ties"));
            send(producer, "product-images", "far", bytes("https://x/y.jpg"), Map.of("content-type", "text/uri-list"));
            send(producer, "product-images", "text", bytes("no image"), Map.of());
            producer.send(new ProducerRecord<>("product-images", 0, null, (byte[]) null))
                    .get();
            send(
                    producer,
                    "product-labels",
                    "p1",
                    label("Watches", Instant.now().toString()),
                    Map.of());
            send(producer, "product-labels", "p2", label("Watches", "2001-01-01T00:00:00Z"), Map.of());
            send(producer, "product-labels", "p20", label("Ties", "2001-01-01T00:00:00Z"), Map.of());
            send(producer, "product-labels", "p21", bytes("{"), Map.of());
        }
        abortMany();
    }

    /** Offsets that hold nothing, after all that does. */
    private void abortMany() throws Exception {
        try (KafkaProducer<String, byte[]> producer = producer("aborting")) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < 50; i++) {
                Future<?> unused = producer.send(new ProducerRecord<>("product-images", "p" + i, jpeg(i)));
            }
            producer.flush();
            producer.abortTransaction();
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void comparesOnTheNewestImageOfEachProductWithTheNewestLabel() throws IOException {
        assertThat(diff()).as(out).isZero();
        assertThat(out)
                .contains(
                        "37 event(s) of product-images: the images of 29 product(s), 10 with a label; 2 by URI left out; 3 no image");
        JsonNode found = Json.read(folder.resolve("found.json"), JsonNode.class);
        assertThat(found.path("images").asInt()).isEqualTo(PRODUCTS - 1);
        assertThat(found.path("labelled").asInt()).isEqualTo(10);
        Map<String, CSVRecord> changes = changes();
        assertThat(found.path("changed").asInt())
                .as("of two untrained models")
                .isPositive()
                .isEqualTo(changes.size());
        Map<String, String> truths = Map.of(
                "p0", "Ties", "p1", "Watches", "p2", "Shirts", "p4", "Shirts", "p5", "Shirts", "p20", "Ties", "p25",
                "");
        truths.forEach((product, truth) -> {
            if (changes.containsKey(product)) {
                assertThat(changes.get(product).get("truth")).as(product).isEqualTo(truth);
            }
        });
        assertThat(changes.keySet()).containsAnyElementsOf(truths.keySet());
        assertThat(changes.values()).allMatch(row -> row.get("path").matches("product-images/[01]/\\d+"));
        assertThat(folder.resolve("out/index.html")).exists();
        try (Stream<Path> left = Files.list(TemporaryFolder.ofThisProcess())) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("events"));
        }
    }

    @Test
    void takesTheNewestOfEachPartition() throws IOException {
        assertThat(diff("--last", "8")).as(out).isZero();
        assertThat(Json.read(folder.resolve("found.json"), JsonNode.class)
                        .path("images")
                        .asInt())
                .isBetween(4, 8);
    }

    @Test
    void whatIsNotThereIsOneLine() {
        assertThat(diff("--topic", "none-such")).isEqualTo(1);
        assertThat(diff("--last", "0")).isEqualTo(1);
        assertThat(diff("--held-out")).as("an option of a folder").isEqualTo(2);
    }

    private Map<String, CSVRecord> changes() throws IOException {
        Map<String, CSVRecord> changes = new HashMap<>();
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser rows = CSVParser.parse(folder.resolve("out/changes.csv"), StandardCharsets.UTF_8, format)) {
            rows.forEach(row -> changes.put(row.get("product_id"), row));
        }
        return changes;
    }

    private KafkaProducer<String, byte[]> producer() {
        return producer("");
    }

    private KafkaProducer<String, byte[]> producer(String transactionalId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        if (!transactionalId.isEmpty()) {
            properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        }
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }

    private static void send(
            KafkaProducer<String, byte[]> producer, String topic, String key, byte[] value, Map<String, String> headers)
            throws Exception {
        ProducerRecord<String, byte[]> each = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, text) -> each.headers().add(name, bytes(text)));
        producer.send(each).get();
    }

    private static byte[] jpeg(int seed) throws IOException {
        ProductShape[] shapes = ProductShape.values();
        return SampleCatalogue.jpeg(shapes[seed % shapes.length], new Random(seed));
    }

    private static byte[] label(String label, String at) {
        return bytes("{\"label\": \"%s\", \"labelledAt\": \"%s\"}".formatted(label, at));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int diff(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "diff",
                "--bootstrap",
                kafka.bootstrapServers(),
                "--model",
                folder.resolve("one").toString(),
                "--model",
                folder.resolve("other").toString(),
                "--out",
                folder.resolve("out").toString(),
                "--json",
                folder.resolve("found.json").toString()));
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
