package org.catalogtagger.streaming.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ConfusionMatrix.ClassAccuracy;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * A catalogue that really changes: a model of the images to 2011 tags those of 2012, through Kafka and the job, with
 * labels. Which of the classes that it tags far worse than its test says does {@code drift-alerts} name, how soon, and
 * what does it name that is no worse? {@code -Dbench.lastYear=N} streams later years too, one after the other; see
 * {@link YearsOfCatalogue} for the others.
 */
public final class DriftYearsBenchmark {
    private static final int LAST_YEAR = YearsOfCatalogue.LAST_LEARNED;
    private static final int LAST_STREAMED = Integer.getInteger("bench.lastYear", LAST_YEAR + 1);

    /** What counts as far below the test: the fall, and how many labels. */
    private static final double FALL = 0.1;

    private static final int FEWEST_LABELS = 100;

    /** A class whose test bears it less is one of the dozens of which one or two seem as bad by luck. */
    private static final double LUCK = 0.05;

    /** Event time from one event to the next: 100 make a pane of a second. */
    private static final long STEP_MILLIS = 10;

    private DriftYearsBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            YearsOfCatalogue years = YearsOfCatalogue.find();
            Path bundle = years.model(folder);
            ModelBundle model = ModelBundle.open(bundle);
            List<Entry> streamed = new ArrayList<>();
            for (Entry image : years.images().images()) {
                int year = years.yearOf(image);
                if (year > LAST_YEAR
                        && year <= LAST_STREAMED
                        && model.evaluation().classes().contains(years.classOf(image))) {
                    streamed.add(image);
                }
            }
            Collections.shuffle(streamed, new Random(1));
            streamed.sort(Comparator.comparingInt(years::yearOf));
            stream(bench, bundle, folder, streamed, years.images().classes());
            measure(bench, model, streamed.size(), figures);
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static void stream(BenchJob bench, Path bundle, Path folder, List<Entry> images, List<String> classes)
            throws Exception {
        bench.createTopic("years-images");
        bench.createTopic("years-alerts");
        bench.createTopic("years-accuracy");
        // Now: Kafka deletes what is old.
        long begin = System.currentTimeMillis() / 1000 * 1000;
        try (ImagePublisher publisher = new ImagePublisher(bench.bootstrapServers(), Map.of(), "years-images")) {
            for (int i = 0; i < images.size(); i++) {
                Entry image = images.get(i);
                publisher.send(
                        image.productId(),
                        Files.readAllBytes(image.file()),
                        classes.get(image.classIndex()),
                        begin + i * STEP_MILLIS);
            }
            publisher.flush();
        }
        StreamSettings settings = bench.settings(
                "years-images",
                bundle,
                """
                kafka: {driftAlertsTopic: years-alerts, accuracyTopic: years-accuracy}
                accuracy: {window: 1 s, waitForLabels: 0 s, outOfOrderness: 1 s}
                """);
        JobClient job = bench.run(settings, BenchJob::product);
        while (bench.committed(settings.kafka().tagsTopic()) < images.size()) {
            if (job.getJobStatus().get().isGloballyTerminalState()) {
                throw new IllegalStateException("the job has ended before all were tagged");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        // All windows are emitted.
        String unused = job.stopWithSavepoint(
                        true, folder.resolve("savepoint").toUri().toString(), SavepointFormatType.CANONICAL)
                .get();
        JobExecutionResult ended = job.getJobExecutionResult().get();
        System.out.println("  the job took " + ended.getNetRuntime(TimeUnit.SECONDS) + " s");
    }

    /** What a class came to: labels, and how many of them are right. */
    private static final class Tally {
        private long labels;
        private long correct;

        double accuracy() {
            return (double) correct / labels;
        }
    }

    private static void measure(BenchJob bench, ModelBundle model, int events, Figures figures) throws IOException {
        Map<String, Tally> stream = tallies(json(bench, "years-accuracy"));
        Map<String, List<JsonNode>> alerts = new TreeMap<>();
        for (JsonNode alert : json(bench, "years-alerts")) {
            if (alert.path("kind").asText().equals("accuracy")) {
                alerts.computeIfAbsent(alert.path("label").asText(), l -> new ArrayList<>())
                        .add(alert);
            }
            System.out.println("  " + alert);
        }
        int fallen = 0;
        int beyondLuck = 0;
        int beyondLuckNamed = 0;
        int named = 0;
        long closed = 0;
        Set<String> wrongly = new HashSet<>(alerts.keySet());
        wrongly.remove("");
        for (var ofClass : model.evaluation().perClass()) {
            Tally tally = stream.get(ofClass.label());
            if (tally == null) {
                continue;
            }
            double fall = ofClass.accuracy() - tally.accuracy();
            List<JsonNode> own = alerts.getOrDefault(ofClass.label(), List.of());
            boolean far = fall >= FALL && tally.labels >= FEWEST_LABELS;
            double luck = luck(ofClass, tally);
            System.out.printf(
                    Locale.ROOT,
                    "  %-24s test %5.1f %% of %,5d, stream %5.1f %% of %,5d, p %.2g%s%s%n",
                    ofClass.label(),
                    100 * ofClass.accuracy(),
                    ofClass.support(),
                    100 * tally.accuracy(),
                    tally.labels,
                    luck,
                    far ? ", far below" : "",
                    own.isEmpty() ? "" : ", named");
            if (fall > 0) {
                wrongly.remove(ofClass.label());
            }
            if (far) {
                fallen++;
                int isNamed = isOpenAtTheEnd(own) ? 1 : 0;
                named += isNamed;
                if (luck <= LUCK) {
                    beyondLuck++;
                    beyondLuckNamed += isNamed;
                }
                closed += own.stream().filter(DriftYearsBenchmark::isClosed).count();
            }
        }
        long labels = stream.values().stream().mapToLong(of -> of.labels).sum();
        long correct = stream.values().stream().mapToLong(of -> of.correct).sum();
        if (labels == 0) {
            throw new IllegalStateException("no labels were counted of " + events + " events");
        }
        figures.add("streamed", events, "images of %d to %d".formatted(LAST_YEAR + 1, LAST_STREAMED));
        figures.add("testAccuracy", model.evaluation().accuracy(), "of those to " + LAST_YEAR + " held out");
        figures.add("streamAccuracy", (double) correct / labels, "of %,d labelled".formatted(labels));
        figures.add("fallenClasses", fallen, "10 points or more below their test, of 100 labels or more");
        figures.add("yearsNamed", (double) named / fallen, "of them named, and not closed");
        figures.add("fallenBeyondLuck", beyondLuck, "of them with p at most %.2f".formatted(LUCK));
        figures.add("beyondLuckNamed", (double) beyondLuckNamed / beyondLuck, "of those named, and not closed");
        figures.add("yearsClosed", (double) closed, "alerts of them closed while it lasted");
        figures.add("yearsWronglyNamed", wrongly.size(), "classes named that are no worse: " + wrongly);
    }

    /**
     * The chance that a class which is right equally often in the test and the stream seems to have fallen as far or further: Fisher's
     * exact test, which no alarm that knows the counts alone can beat.
     */
    private static double luck(ClassAccuracy test, Tally stream) {
        int[][] counts = {
            {(int) test.correct(), (int) (test.support() - test.correct())},
            {(int) stream.correct, (int) (stream.labels - stream.correct)}
        };
        return FisherExactTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(counts)
                .getPValue();
    }

    private static boolean isClosed(JsonNode alert) {
        return alert.path("status").asText().equals("closed");
    }

    private static boolean isOpenAtTheEnd(List<JsonNode> alerts) {
        return !alerts.isEmpty() && !isClosed(alerts.get(alerts.size() - 1));
    }

    private static Map<String, Tally> tallies(List<JsonNode> windows) {
        Map<String, JsonNode> last = new HashMap<>();
        for (JsonNode window : windows) {
            if (!window.has("segment")) {
                last.put(window.path("windowStart").asText(), window);
            }
        }
        Map<String, Tally> tallies = new HashMap<>();
        for (JsonNode window : last.values()) {
            for (Map.Entry<String, JsonNode> row : window.path("confusion").properties()) {
                Tally tally = tallies.computeIfAbsent(row.getKey(), l -> new Tally());
                for (Map.Entry<String, JsonNode> cell : row.getValue().properties()) {
                    tally.labels += cell.getValue().asLong();
                    tally.correct +=
                            cell.getKey().equals(row.getKey()) ? cell.getValue().asLong() : 0;
                }
            }
        }
        return tallies;
    }

    private static List<JsonNode> json(BenchJob bench, String topic) throws IOException {
        List<JsonNode> values = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> value : CommittedRecords.readAll(bench.bootstrapServers(), topic)) {
            values.add(Json.MAPPER.readTree(value.value()));
        }
        return values;
    }
}
