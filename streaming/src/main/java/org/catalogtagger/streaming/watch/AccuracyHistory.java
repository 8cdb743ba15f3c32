package org.catalogtagger.streaming.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.json.AccuracyValue;
import org.catalogtagger.streaming.json.BaselineValue;

/** The windows of the accuracy topic, and each model's test. */
final class AccuracyHistory {
    private static final int WINDOWS_OF_ONE = 360;
    private static final int WINDOWS_OF_ALL = 4000;
    private static final int SPARK_WINDOWS = 40;

    private record Of(String model, String segment) {}

    /** In the order of their ends. */
    private record Span(Instant end, Instant start) implements Comparable<Span> {
        private static final Comparator<Span> ORDER =
                Comparator.comparing(Span::end).thenComparing(Span::start);

        @Override
        public int compareTo(Span other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<Of, TreeMap<Span, AccuracyValue>> windows = new HashMap<>();
    private final Map<String, BaselineValue> baselines = new HashMap<>();
    private int kept;

    /**
     * A class in the windows that are summed up.
     *
     * @param baseline its accuracy in the model's test; none if it was not in it
     * @param recent its accuracy in each of the newest windows, the oldest first; none where it had no labels
     */
    record OneClass(
            String label,
            long tagged,
            long support,
            long correct,
            double accuracy,
            double lower,
            double upper,
            double precision,
            Optional<Double> baseline,
            List<Optional<Double>> recent) {}

    /** A window, of all classes or of one. */
    record Point(Instant end, long support, double accuracy, double lower, double upper, Optional<Double> expected) {}

    /**
     * What is shown.
     *
     * @param from the first window's start
     * @param baseline accuracy in the model's test
     * @param confusion rows of truth, columns of labels, both in the order of the classes
     */
    record Shown(
            int windows,
            Optional<Instant> from,
            Optional<Instant> until,
            long tagged,
            long support,
            long correct,
            double accuracy,
            double lower,
            double upper,
            double macroRecall,
            double expectedAccuracy,
            double labelCoverage,
            double meanLabelDelayMillis,
            double calibrationError,
            Optional<Double> baseline,
            List<OneClass> classes,
            List<long[]> confusion,
            List<Point> timeline) {}

    void add(AccuracyValue window) {
        TreeMap<Span, AccuracyValue> ofOne = windows.computeIfAbsent(
                new Of(window.modelVersion(), window.segment().orElse("")), key -> new TreeMap<>());
        Span span = new Span(window.windowEnd(), window.windowStart());
        AccuracyValue before = ofOne.get(span);
        if (before == null) {
            kept++;
        }
        if (before == null || before.revision() <= window.revision()) {
            ofOne.put(span, window);
        }
        if (ofOne.size() > WINDOWS_OF_ONE) {
            ofOne.pollFirstEntry();
            kept--;
        }
        while (kept > WINDOWS_OF_ALL) {
            windows.values().stream()
                    .filter(some -> !some.isEmpty())
                    .min(Comparator.comparing(TreeMap::firstKey))
                    .ifPresent(TreeMap::pollFirstEntry);
            kept--;
        }
    }

    void add(BaselineValue baseline) {
        baselines.put(baseline.modelVersion(), baseline);
    }

    Optional<BaselineValue> baseline(String model) {
        return Optional.ofNullable(baselines.get(model));
    }

    /** The model of the newest window. */
    Optional<String> newestModel() {
        return windows.values().stream()
                .filter(some -> !some.isEmpty())
                .max(Comparator.comparing(TreeMap::lastKey))
                .map(some -> some.lastEntry().getValue().modelVersion());
    }

    Set<String> models() {
        Set<String> models = new TreeSet<>();
        windows.keySet().forEach(of -> models.add(of.model));
        return models;
    }

    Set<String> segments() {
        Set<String> segments = new TreeSet<>();
        windows.keySet().forEach(of -> segments.add(of.segment));
        segments.remove("");
        return segments;
    }

    Shown shown(Filter filter) {
        NavigableMap<Span, AccuracyValue> all =
                windows.getOrDefault(new Of(filter.model(), filter.segment()), new TreeMap<>());
        List<AccuracyValue> apart = apart(all, Math.max(filter.windows(), SPARK_WINDOWS));
        List<AccuracyValue> summed = apart.subList(Math.max(0, apart.size() - filter.windows()), apart.size());
        Sum sum = new Sum(summed);
        List<OneClass> classes = classes(filter.model(), sum, apart);
        WilsonInterval interval = WilsonInterval.of(sum.correct, sum.support);
        return new Shown(
                summed.size(),
                summed.stream().findFirst().map(AccuracyValue::windowStart),
                summed.isEmpty()
                        ? Optional.empty()
                        : Optional.of(summed.get(summed.size() - 1).windowEnd()),
                sum.tagged,
                sum.support,
                sum.correct,
                ratio((double) sum.correct, sum.support),
                interval.lower(),
                interval.upper(),
                classes.stream()
                        .filter(ofClass -> ofClass.support > 0)
                        .mapToDouble(OneClass::accuracy)
                        .average()
                        .orElse(0),
                ratio(sum.expectedCorrect, sum.tagged),
                ratio((double) sum.support, sum.tagged),
                ratio(sum.labelDelayMillis, sum.support),
                ratio(sum.calibrationDistance, sum.support),
                baseline(filter.model()).map(BaselineValue::accuracy),
                classes,
                confusion(classes, sum.confusion),
                all.values().stream()
                        .map(window -> point(window, filter.label()))
                        .toList());
    }

    /** The newest windows that do not overlap, the oldest first. */
    private static List<AccuracyValue> apart(NavigableMap<Span, AccuracyValue> all, int atMost) {
        List<AccuracyValue> apart = new ArrayList<>();
        Instant begin = Instant.MAX;
        for (AccuracyValue window : all.descendingMap().values()) {
            if (apart.size() < atMost && !window.windowEnd().isAfter(begin)) {
                apart.add(0, window);
                begin = window.windowStart();
            }
        }
        return apart;
    }

    private static final class Sum {
        private long tagged;
        private long support;
        private long correct;
        private double expectedCorrect;
        private double labelDelayMillis;
        private double calibrationDistance;
        private final Map<String, Long> taggedByLabel = new HashMap<>();
        private final Map<String, Map<String, Long>> confusion = new TreeMap<>();

        Sum(Collection<AccuracyValue> windows) {
            for (AccuracyValue window : windows) {
                tagged += window.tagged();
                support += window.support();
                correct += window.correct();
                expectedCorrect += window.expectedAccuracy() * window.tagged();
                labelDelayMillis += window.meanLabelDelayMillis() * window.support();
                calibrationDistance += window.calibrationError() * window.support();
                window.taggedByLabel().forEach((label, n) -> taggedByLabel.merge(label, n, Long::sum));
                window.confusion()
                        .forEach((truth, row) -> row.forEach((label, n) -> confusion
                                .computeIfAbsent(truth, t -> new HashMap<>())
                                .merge(label, n, Long::sum)));
            }
        }

        ClassAccuracy accuracy(String label) {
            Map<String, Long> row = confusion.getOrDefault(label, Map.of());
            return new ClassAccuracy(
                    label,
                    row.values().stream().mapToLong(Long::longValue).sum(),
                    confusion.values().stream()
                            .mapToLong(labels -> labels.getOrDefault(label, 0L))
                            .sum(),
                    row.getOrDefault(label, 0L));
        }
    }

    private List<OneClass> classes(String model, Sum sum, List<AccuracyValue> recent) {
        Map<String, Double> tested = new HashMap<>();
        baseline(model)
                .ifPresent(test -> test.classes().forEach(ofClass -> tested.put(ofClass.label(), ofClass.accuracy())));
        Set<String> labels = new TreeSet<>(tested.keySet());
        labels.addAll(sum.taggedByLabel.keySet());
        labels.addAll(sum.confusion.keySet());
        List<Map<String, Double>> accuracies =
                recent.subList(Math.max(0, recent.size() - SPARK_WINDOWS), recent.size()).stream()
                        .map(AccuracyHistory::accuracies)
                        .toList();
        List<OneClass> classes = new ArrayList<>();
        for (String label : labels) {
            ClassAccuracy accuracy = sum.accuracy(label);
            WilsonInterval interval = accuracy.recallInterval();
            classes.add(new OneClass(
                    label,
                    sum.taggedByLabel.getOrDefault(label, 0L),
                    accuracy.support(),
                    accuracy.correct(),
                    accuracy.recall(),
                    interval.lower(),
                    interval.upper(),
                    accuracy.precision(),
                    Optional.ofNullable(tested.get(label)),
                    accuracies.stream()
                            .map(window -> Optional.ofNullable(window.get(label)))
                            .toList()));
        }
        return classes;
    }

    private static Map<String, Double> accuracies(AccuracyValue window) {
        Map<String, Double> accuracies = new HashMap<>();
        for (AccuracyValue.OneClass ofClass : window.classes()) {
            if (ofClass.support() > 0) {
                accuracies.put(ofClass.label(), ofClass.accuracy());
            }
        }
        return accuracies;
    }

    private static List<long[]> confusion(List<OneClass> classes, Map<String, Map<String, Long>> counts) {
        List<long[]> rows = new ArrayList<>();
        for (OneClass truth : classes) {
            Map<String, Long> row = counts.getOrDefault(truth.label, Map.of());
            rows.add(classes.stream()
                    .mapToLong(ofClass -> row.getOrDefault(ofClass.label, 0L))
                    .toArray());
        }
        return rows;
    }

    private static Point point(AccuracyValue window, String label) {
        if (label.isEmpty()) {
            return new Point(
                    window.windowEnd(),
                    window.support(),
                    window.accuracy(),
                    window.accuracyLower(),
                    window.accuracyUpper(),
                    window.tagged() == 0 ? Optional.empty() : Optional.of(window.expectedAccuracy()));
        }
        return window.classes().stream()
                .filter(ofClass -> ofClass.label().equals(label))
                .findFirst()
                .map(ofClass -> new Point(
                        window.windowEnd(),
                        ofClass.support(),
                        ofClass.accuracy(),
                        ofClass.accuracyLower(),
                        ofClass.accuracyUpper(),
                        Optional.empty()))
                .orElseGet(() -> new Point(window.windowEnd(), 0, 0, 0, 1, Optional.empty()));
    }

    private static double ratio(double part, long whole) {
        return whole == 0 ? 0 : part / whole;
    }
}
