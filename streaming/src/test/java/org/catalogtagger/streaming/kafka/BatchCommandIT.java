package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ModelKind;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.commands.BatchCommand;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** {@code tagger batch} on a folder, a list and a topic, beside the streaming job. */
class BatchCommandIT {
    @TempDir
    private Path folder;

    @Test
    void tagsAFolderAListAndATopicAsTheStreamingJobDoes() throws Exception {
        // It takes most images for shirts, and the others for both other classes.
        TinyModel.save(folder.resolve("model"), 7);
        Path images = folder.resolve("images");
        SampleCatalogue.write(images, 20, 1);
        ImageFolder catalogue = ImageFolder.scan(images);
        int count = catalogue.images().size();
        Map<String, JsonNode> streamed;
        try (RunningJob job = RunningJob.start(folder, ModelBundle.open(folder.resolve("model")), (s, j) -> j)) {
            String kafka = job.kafka.bootstrapServers();
            try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images")) {
                publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            }
            RunningJob.await("all tags", () -> tags(kafka).size() >= count);
            streamed =
                    byProduct(tags(kafka).stream().map(tag -> read(new String(tag.value(), StandardCharsets.UTF_8))));

            assertThat(batch("--bootstrap", kafka, "--out", out("topic"))).isZero();
            assertSame(byProduct(lines("topic/tags.jsonl").stream()), streamed);
        }

        assertThat(batch("--in", images.toString(), "--out", out("folder"))).isZero();
        assertSame(byProduct(lines("folder/tags.jsonl").stream()), streamed);
        assertThat(lines("folder/tags.jsonl"))
                .filteredOn(tag -> tag.has("truth"))
                .extracting(tag -> tag.path("truth").asText())
                .containsOnly("Shirts", "Ties", "Watches");

        assertExpectedByTheTest(lines("folder/tags.jsonl"), lines("folder/accuracy.jsonl"));

        Path list = folder.resolve("list.txt");
        Files.writeString(
                list,
                "# two of them\n"
                        + catalogue.images().get(0).file().toUri() + "\tTies\n\n"
                        + folder.relativize(catalogue.images().get(1).file()) + "\nimages/none.jpg\n");
        assertThat(batch("--in", list.toString(), "--out", out("list"), "--format", "csv"))
                .isZero();
        assertThat(Files.readAllLines(folder.resolve("list/tags.csv")))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("productId,label,confidence");
        assertThat(lines("list/rejected.jsonl")).singleElement().satisfies(rejected -> {
            assertThat(rejected.path("productId").asText()).isEqualTo("none");
            assertThat(rejected.path("uri").asText()).endsWith("/images/none.jpg");
            assertThat(rejected.path("reason").asText()).isEqualTo("fetch-failed");
        });
        assertThat(lines("list/accuracy.jsonl"))
                .singleElement()
                .satisfies(window -> assertThat(window.path("support").asInt()).isEqualTo(1));
    }

    /** The one image of its test, of the first class, was right; of other labels nothing is known but the confidence of all. */
    private static void assertExpectedByTheTest(List<JsonNode> tags, List<JsonNode> windows) {
        double first = tags.stream()
                .filter(tag -> tag.path("label").asText().equals("Shirts"))
                .count();
        double confidence = tags.stream()
                .mapToDouble(tag -> tag.path("expectedAccuracy").asDouble())
                .average()
                .orElseThrow();
        double expected = windows.stream()
                .mapToDouble(window -> window.path("tagged").asInt()
                        * window.path("expectedAccuracy").asDouble())
                .sum();
        assertThat(first).as("tags of the first class").isPositive();
        assertThat(expected / tags.size())
                .isCloseTo((first + (tags.size() - first) * confidence) / tags.size(), within(0.02));
        assertThat(expected / tags.size()).isNotCloseTo(confidence, within(0.02));
    }

    @ParameterizedTest
    @EnumSource
    void anyKindOfModelTagsAFolderAsItsClassifierDoes(ModelKind kind) throws Exception {
        kind.save(folder.resolve("model"));
        Path images = folder.resolve("images");
        SampleCatalogue.write(images, 2, 1);
        assertThat(batch("--in", images.toString(), "--out", out("folder"))).isZero();
        Map<String, JsonNode> tags = byProduct(lines("folder/tags.jsonl").stream());
        ModelBundle bundle = ModelBundle.open(folder.resolve("model"));
        ImageDecoder decoder = new ImageDecoder(bundle.description().input().framing(), ImageLimits.DEFAULT);
        List<ImageFolder.Entry> entries = ImageFolder.scan(images).images();
        assertThat(tags).hasSameSizeAs(entries);
        try (Classifier classifier = Classifier.load(bundle)) {
            for (ImageFolder.Entry entry : entries) {
                byte[] pixels = decoder.decode(Files.readAllBytes(entry.file()));
                Prediction prediction = classifier.classify(List.of(pixels)).get(0);
                JsonNode tag = tags.getOrDefault(entry.productId(), MissingNode.getInstance());
                assertThat(tag.path("label").asText()).isEqualTo(prediction.label());
                assertThat(tag.path("confidence").floatValue())
                        .isCloseTo(prediction.probability(prediction.best()), within(1e-5f));
            }
        }
    }

    @Test
    void tagsTheImagesOfATable() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        Path images = folder.resolve("images");
        SampleCatalogue.write(images, 5, 1);
        List<ImageFolder.Entry> some = ImageFolder.scan(images).images();
        String first = some.get(0).productId();
        Files.copy(some.get(0).file(), images.resolve("loose.jpg"));
        Path table = folder.resolve("table.csv");
        Files.writeString(table, "id,label\n" + first + ",Ties\nloose,Watches\nnone,Ties\n");

        assertThat(batch("--in", images.toString(), "--manifest", table.toString(), "--out", out("table")))
                .isZero();
        assertThat(byProduct(lines("table/tags.jsonl").stream()))
                .containsOnlyKeys(first, "loose")
                .allSatisfy((product, tag) ->
                        assertThat(tag.path("truth").asText()).isEqualTo(product.equals(first) ? "Ties" : "Watches"));

        Files.writeString(table, "id,label\n" + first + ",Ties\nloose,Hats\n");
        Path found = folder.resolve("found.json");
        assertThat(batch(
                        "--in",
                        images.toString(),
                        "--manifest",
                        table.toString(),
                        "--out",
                        out("unknown"),
                        "--json",
                        found.toString()))
                .isZero();
        assertThat(read(Files.readString(found)).path("ofUnknownClasses").asInt())
                .as("what the model cannot know")
                .isEqualTo(1);
        assertThat(read(Files.readString(found)).path("images").asInt()).isEqualTo(1);

        Files.writeString(table, "id\n" + first + "\nloose\n");
        assertThat(batch("--in", images.toString(), "--manifest", table.toString(), "--out", out("unlabelled")))
                .isZero();
        assertThat(lines("unlabelled/tags.jsonl")).hasSize(2);

        assertThat(batch("--in", table.toString(), "--manifest", table.toString(), "--out", out("wrong")))
                .as("a list is no folder")
                .isEqualTo(2);
    }

    private int batch(String... arguments) {
        List<String> all = Stream.concat(
                        Stream.of("--model", folder.resolve("model").toString()), Stream.of(arguments))
                .toList();
        return new CommandLine(new BatchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(all.toArray(String[]::new));
    }

    private String out(String name) {
        return folder.resolve(name).toString();
    }

    private List<JsonNode> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file)).stream()
                .map(BatchCommandIT::read)
                .toList();
    }

    private static Map<String, JsonNode> byProduct(Stream<JsonNode> tags) {
        Map<String, JsonNode> byProduct = new HashMap<>();
        tags.forEach(tag ->
                assertThat(byProduct.put(tag.path("productId").asText(), tag)).isNull());
        return byProduct;
    }

    /** The last bits of a confidence depend on how many images were in its batch. */
    private static void assertSame(Map<String, JsonNode> tags, Map<String, JsonNode> expected) {
        assertThat(tags).hasSameSizeAs(expected);
        expected.forEach((product, tag) -> {
            JsonNode other = tags.getOrDefault(product, MissingNode.getInstance());
            assertThat(other.path("label")).as(product).isEqualTo(tag.path("label"));
            assertThat(other.path("modelVersion")).as(product).isEqualTo(tag.path("modelVersion"));
            assertThat(other.path("confidence").asDouble())
                    .as(product)
                    .isCloseTo(tag.path("confidence").asDouble(), within(1e-5));
        });
    }

    private static JsonNode read(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> tags(String kafka) {
        return CommittedRecords.readAll(kafka, "product-tags");
    }
}
