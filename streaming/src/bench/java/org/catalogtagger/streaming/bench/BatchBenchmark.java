package org.catalogtagger.streaming.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.RealData;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.commands.BatchCommand;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code tagger batch} over all real images, and the streaming job over the same ones: their tags must be equal, one for
 * one. {@code -Dbench.bundle=DIR} takes a fitted model; otherwise it is an untrained one of 4800-512-256-52, whose
 * classes are closer to each other, so that a difference would show sooner.
 */
public final class BatchBenchmark {
    /** The last bits of a confidence depend on how many images were in its batch. */
    private static final double TOLERANCE = 1e-5;

    private BatchBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        ImageFolder images = ImageFolder.scan(
                RealData.folder().orElseThrow(() -> new IOException("no real images: set CATALOG_TAGGER_DATA")));
        Figures figures = new Figures();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            String given = System.getProperty("bench.bundle");
            Path bundle = given == null ? BenchModels.compact(folder.resolve("model")) : Path.of(given);

            long begin = System.nanoTime();
            int status = new CommandLine(new BatchCommand())
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .execute(
                            "--model", bundle.toString(),
                            "--in", images.root().toString(),
                            "--out", folder.resolve("out").toString());
            double seconds = (System.nanoTime() - begin) / 1e9;
            Map<String, JsonNode> batch;
            try (Stream<String> lines = Files.lines(folder.resolve("out/tags.jsonl"))) {
                batch = byProduct(lines);
            }
            Map<String, JsonNode> streamed = streamed(bench, bundle, images);

            figures.add("images", images.images().size(), "");
            figures.add("batchExitStatus", status, "");
            figures.add("batchSeconds", seconds, "from a cold JVM to the last table, parallelism 2");
            figures.add("batchTags", batch.size(), "");
            figures.add("streamTags", streamed.size(), "");
            figures.add("differentTags", (double) different(batch, streamed), "other label, version, or confidence");
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static Map<String, JsonNode> streamed(BenchJob bench, Path bundle, ImageFolder images) throws Exception {
        bench.createTopic("images");
        try (ImagePublisher publisher = new ImagePublisher(bench.bootstrapServers(), Map.of(), "images")) {
            publisher.publish(images.images(), images.classes(), true, 0, sent -> {});
        }
        StreamSettings settings = bench.settings("images", bundle, "{}");
        bench.overBacklog(settings, BenchJob::product, images.images().size(), 0);
        return byProduct(CommittedRecords.readAll(
                        bench.bootstrapServers(), settings.kafka().tagsTopic())
                .stream()
                .map(ConsumerRecord::value)
                .map(value -> new String(value, StandardCharsets.UTF_8)));
    }

    private static Map<String, JsonNode> byProduct(Stream<String> tags) throws IOException {
        Map<String, JsonNode> byProduct = new HashMap<>();
        for (String line : (Iterable<String>) tags::iterator) {
            JsonNode tag = Json.MAPPER.readTree(line);
            if (byProduct.put(tag.path("productId").asText(), tag) != null) {
                throw new IllegalStateException("tagged twice: " + line);
            }
        }
        return byProduct;
    }

    private static long different(Map<String, JsonNode> batch, Map<String, JsonNode> streamed) {
        return Stream.concat(batch.keySet().stream(), streamed.keySet().stream())
                .distinct()
                .filter(product -> !same(batch.get(product), streamed.get(product)))
                .count();
    }

    private static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
        return one != null
                && other != null
                && one.path("label").equals(other.path("label"))
                && one.path("modelVersion").equals(other.path("modelVersion"))
                && Math.abs(one.path("confidence").asDouble()
                                - other.path("confidence").asDouble())
                        <= TOLERANCE;
    }
}
