package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription.TestMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftMonitor;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Evaluation;

/**
 * Products of classes that the model does not know, one in ten, found without any label: a model of the images to 2011, and
 * streams drawn from those of later years. {@code -Dbench.streams=N} of them; see {@link YearsOfCatalogue} for the others.
 */
public final class DriftUnknownBenchmark {
    private static final int STREAMS = Integer.getInteger("bench.streams", 100);
    private static final int BEFORE = 20_000;
    private static final int WITHIN = 5000;
    private static final int ONE_IN = 10;
    private static final int CHUNK = 50;
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ofHours(1), 5000, 1000);

    private DriftUnknownBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path work = Files.createTempDirectory("bench");
        try {
            YearsOfCatalogue years = YearsOfCatalogue.find();
            ModelBundle model = ModelBundle.open(years.model(work));
            List<TagOutcome> known = new ArrayList<>();
            List<TagOutcome> unknown = new ArrayList<>();
            tag(years, model, work, known, unknown);
            figures.add("known", known.size(), "images of later years, of classes that the model knows");
            figures.add("unknown", unknown.size(), "of others");
            measure(model, known, unknown, figures);
        } finally {
            AtomicDirectory.deleteRecursively(work);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static void tag(
            YearsOfCatalogue years, ModelBundle model, Path work, List<TagOutcome> known, List<TagOutcome> unknown)
            throws Exception {
        List<Image> later = years.later(model, work);
        TestMetrics test = model.description().testMetrics();
        try (Classifier classifier = Classifier.load(model)) {
            List<Prediction> predictions = Evaluation.predictions(classifier, later, done -> {});
            for (int i = 0; i < later.size(); i++) {
                Prediction prediction = predictions.get(i);
                RankedLabel best = prediction.top(1).get(0);
                TagOutcome tag = new TagOutcome(
                        "v1",
                        "",
                        0,
                        best.probability(),
                        List.of(best.label()),
                        (float) test.calibration().accuracyAt(best.probability()),
                        Brightness.meanLevel(later.get(i).pixels()),
                        false,
                        test.familiarity().of(prediction.best(), prediction.logSumExp()),
                        "",
                        0);
                boolean isKnown = model.description()
                        .classes()
                        .contains(years.classOf(later.get(i).entry()));
                (isKnown ? known : unknown).add(tag);
            }
        }
    }

    private static void measure(ModelBundle model, List<TagOutcome> known, List<TagOutcome> unknown, Figures figures) {
        TreeMap<String, Integer> before = new TreeMap<>();
        TreeMap<String, Integer> found = new TreeMap<>();
        int foundByAny = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(stream);
            DriftMonitor monitor = new DriftMonitor("v1");
            TestMetrics metrics = model.description().testMetrics();
            ModelBaseline test =
                    ModelBaseline.of("v1", model.evaluation(), metrics.brightness(), metrics.calibration());
            monitor.baseline(test.classes(), Map.of(), test.brightness(), test.calibration());
            play(monitor, 0, BEFORE, i -> any(known, random))
                    .forEach(alert -> before.merge(alert.kind().key(), 1, Integer::sum));
            List<DriftAlert> alerts =
                    play(monitor, BEFORE, WITHIN, i -> any(random.nextInt(ONE_IN) == 0 ? unknown : known, random));
            alerts.stream()
                    .map(alert -> alert.kind().key())
                    .distinct()
                    .forEach(kind -> found.merge(kind, 1, Integer::sum));
            foundByAny += alerts.isEmpty() ? 0 : 1;
        }
        figures.add("streams", STREAMS, "of %,d known products, then one in %d unknown".formatted(BEFORE, ONE_IN));
        figures.add("alertsBefore", before.values().stream().mapToInt(i -> i).sum(), before.toString());
        figures.add("found", (double) foundByAny / STREAMS, "within %,d tags: %s".formatted(WITHIN, found));
        figures.add(
                "foundByFamiliarity", (double) found.getOrDefault("familiarity", 0) / STREAMS, "within as many tags");
    }

    private static TagOutcome any(List<TagOutcome> tags, SplittableRandom random) {
        return tags.get(random.nextInt(tags.size()));
    }

    /** Returns the alerts that are opened. */
    private static List<DriftAlert> play(DriftMonitor monitor, int begin, int tags, IntFunction<TagOutcome> stream) {
        List<DriftAlert> opened = new ArrayList<>();
        for (int i = 0; i < tags; i += CHUNK) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int j = 0; j < CHUNK; j++) {
                counter.countTagged(stream.apply(i + j));
            }
            monitor.add(counter.counts(), begin + i, SETTINGS).stream()
                    .filter(alert -> alert.status() == DriftAlert.Status.OPEN)
                    .forEach(opened::add);
        }
        return opened;
    }
}
