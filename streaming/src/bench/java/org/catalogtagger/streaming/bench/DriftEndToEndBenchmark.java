package org.catalogtagger.streaming.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.RealData;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.publish.DriftReplay;
import org.catalogtagger.streaming.publish.DriftReplay.Event;
import org.catalogtagger.streaming.publish.DriftScenario;
import org.catalogtagger.streaming.publish.DriftScenario.Look;
import org.catalogtagger.streaming.publish.DriftScenario.Phase;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.commands.TrainCommand;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.SplitSettings;
import picocli.CommandLine;

/**
 * Real images that the model has not seen, through Kafka and the job: how often it cries wolf when nothing changes, how
 * soon it names a class whose accuracy falls by 20 points, how soon it sees darker images without labels, and how near
 * the accuracy that is expected without labels is to the true one. {@code -Dbench.model=BUNDLE} spares training one.
 */
public final class DriftEndToEndBenchmark {
    private static final int UNCHANGED = Integer.getInteger("bench.unchanged", 100_000);
    private static final int BEFORE = 10_000;
    private static final int AFTER = 12_000;
    private static final List<String> FALLING =
            List.of("Watches", "Tshirts", "Shirts", "Handbags", "Sunglasses", "Casual Shoes");

    /** Event time from one event to the next: 100 make a pane of a second. */
    private static final long STEP_MILLIS = 10;

    /** Now: Kafka deletes what is old. */
    private static final long BEGIN = System.currentTimeMillis() / 1000 * 1000;

    private final BenchJob bench;
    private final Path bundle;
    private final List<Entry> images;
    private final List<String> classes;
    private int runs;

    private DriftEndToEndBenchmark(BenchJob bench, Path bundle, List<Entry> images, List<String> classes) {
        this.bench = bench;
        this.bundle = bundle;
        this.images = images;
        this.classes = classes;
    }

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path data = RealData.folder()
                .orElseThrow(() -> new IllegalStateException("no real images; set CATALOG_TAGGER_DATA"));
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            Path bundle = bundle(data, folder);
            ModelBundle model = ModelBundle.open(bundle);
            LabelledImages all = LabelledImages.load(
                    ImageFolder.scan(data),
                    model.description().input().framing(),
                    ImageLimits.DEFAULT,
                    0.01,
                    folder.resolve("cache"),
                    unused -> {});
            List<Entry> unseen = SplitSettings.of(model.description().provenance()).divide(all).split().test().stream()
                    .map(LabelledImages.Image::entry)
                    .toList();
            new DriftEndToEndBenchmark(bench, bundle, unseen, all.classes()).measure(model, figures);
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static Path bundle(Path data, Path folder) {
        Optional<String> given = Optional.ofNullable(System.getProperty("bench.model"));
        if (given.isPresent()) {
            return Path.of(given.get());
        }
        Path bundle = folder.resolve("model");
        int code = new CommandLine(new TrainCommand()).execute("--images", data.toString(), "--out", bundle.toString());
        if (code != 0) {
            throw new IllegalStateException("training failed");
        }
        return bundle;
    }

    /** What came of a run: its alerts, what the windows say, and how many events of the watched class came until each event. */
    private record Outcome(List<JsonNode> alerts, List<JsonNode> windows, int[] ofClass) {}

    private void measure(ModelBundle model, Figures figures) throws Exception {
        Outcome calm = run(List.of(new Phase(UNCHANGED, null, null, null, null)), true, "");
        calm.alerts().forEach(alert -> System.out.println("  " + alert));
        figures.add("falseAlarmsPer100k", opened(calm.alerts()).size(), "52 classes, real images, nothing changes");
        double tagged = 0;
        double expected = 0;
        double support = 0;
        double correct = 0;
        for (JsonNode window : calm.windows()) {
            tagged += window.path("tagged").asDouble();
            expected += window.path("tagged").asDouble()
                    * window.path("expectedAccuracy").asDouble();
            support += window.path("support").asDouble();
            correct += window.path("correct").asDouble();
        }
        figures.add("expectedAccuracy", expected / tagged, "without labels");
        figures.add("trueAccuracy", correct / support, "with them");
        int late = 0;
        int others = 0;
        for (String label : FALLING) {
            double accuracy = model.evaluation().perClass().stream()
                    .filter(ofClass -> ofClass.label().equals(label))
                    .findFirst()
                    .orElseThrow()
                    .accuracy();
            // Negatives are tagged wrong, by and large.
            Phase falling = new Phase(AFTER, null, new Look(label, Math.min(1, 0.2 / accuracy)), null, null);
            Outcome fall = run(List.of(new Phase(BEFORE, null, null, null, null), falling), true, label);
            int delay = Integer.MAX_VALUE;
            for (JsonNode alert : opened(fall.alerts())) {
                if (alert.path("kind").asText().equals("accuracy") && eventOf(alert) >= BEFORE - 100) {
                    String named = alert.path("label").asText();
                    if (named.equals(label)) {
                        int at = Math.min(eventOf(alert) + 99, fall.ofClass().length - 1);
                        delay = Math.min(delay, fall.ofClass()[at] - fall.ofClass()[BEFORE - 1]);
                    } else if (!named.isEmpty()) {
                        others++;
                        System.out.println("  " + alert);
                    }
                }
            }
            late += delay > 300 ? 1 : 0;
            figures.add(
                    "delayAt20Points" + label.replace(" ", ""),
                    delay,
                    String.format(Locale.ROOT, "tags of the class, which was %.1f %% right", 100 * accuracy));
        }
        figures.add("laterThan300", late, "of %d classes".formatted(FALLING.size()));
        figures.add("otherClassesNamed", others, "while one fell");
        dark(figures);
    }

    private void dark(Figures figures) throws Exception {
        Outcome dark = run(
                List.of(new Phase(BEFORE, null, null, null, null), new Phase(AFTER, 0.7, null, null, null)), false, "");
        int delay = Integer.MAX_VALUE;
        for (JsonNode alert : opened(dark.alerts())) {
            if (alert.path("kind").asText().equals("brightness") && eventOf(alert) >= BEFORE - 100) {
                delay = Math.min(delay, eventOf(alert) + 99 - BEFORE);
            }
        }
        figures.add("darkerDelay", delay, "events until brightness -30 % is seen, without labels");
    }

    private Outcome run(List<Phase> phases, boolean labels, String watched) throws Exception {
        String name = "drift" + runs++;
        String imagesTopic = name + "-images";
        bench.createTopic(imagesTopic);
        bench.createTopic(name + "-alerts");
        bench.createTopic(name + "-accuracy");
        DriftScenario scenario = new DriftScenario((long) runs, phases);
        DriftReplay replay = new DriftReplay(scenario, List.of(images), classes);
        int[] ofClass = new int[Math.toIntExact(scenario.events())];
        int event = 0;
        try (ImagePublisher publisher = new ImagePublisher(bench.bootstrapServers(), Map.of(), imagesTopic)) {
            for (Phase phase : phases) {
                for (int i = 0; i < phase.events(); i++) {
                    Event next = replay.next(phase);
                    publisher.send(
                            next.productId(), next.image(), labels ? next.label() : "", BEGIN + event * STEP_MILLIS);
                    ofClass[event] = (event == 0 ? 0 : ofClass[event - 1])
                            + (next.label().equals(watched) ? 1 : 0);
                    event++;
                }
            }
            publisher.flush();
        }
        StreamSettings settings = bench.settings(
                imagesTopic,
                bundle,
                """
                kafka: {driftAlertsTopic: %s-alerts, accuracyTopic: %s-accuracy}
                accuracy: {window: 1 s, waitForLabels: 0 s, outOfOrderness: 1 s}
                """
                        .formatted(name, name));
        BenchJob.Rate unused = bench.overBacklog(settings, BenchJob::product, event, 0.1);
        return new Outcome(json(name + "-alerts"), json(name + "-accuracy"), ofClass);
    }

    private List<JsonNode> json(String topic) throws IOException {
        List<JsonNode> values = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> value : CommittedRecords.readAll(bench.bootstrapServers(), topic)) {
            values.add(Json.MAPPER.readTree(value.value()));
        }
        return values;
    }

    private static List<JsonNode> opened(List<JsonNode> alerts) {
        return alerts.stream()
                .filter(alert -> alert.path("status").asText().equals("open"))
                .toList();
    }

    private static int eventOf(JsonNode alert) {
        return (int) ((Instant.parse(alert.path("at").asText()).toEpochMilli() - BEGIN) / STEP_MILLIS);
    }
}
