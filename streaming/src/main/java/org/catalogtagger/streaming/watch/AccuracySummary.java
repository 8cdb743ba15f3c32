package org.catalogtagger.streaming.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.json.AccuracyValue;
import org.catalogtagger.streaming.json.BaselineValue;

/**
 * Windows of one model and segment, summed up, and each as a point of a line.
 *
 * @param windows that are summed up
 * @param from the first one's start
 * @param sampled the accuracy of all tags, by those that were chosen with known probability
 * @param baseline accuracy in the model's test
 * @param classes those of which there is most, by name
 * @param classesLeftOut the others
 */
record AccuracySummary(
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
        Optional<Double> expectedLower,
        Optional<Double> expectedUpper,
        double labelCoverage,
        double meanLabelDelayMillis,
        Optional<Sampled> sampled,
        Optional<Double> baseline,
        List<OneClass> classes,
        int classesLeftOut,
        ShownConfusion confusion,
        List<Point> timeline) {
    private static final int MAX_CLASSES = 1000;

    /**
     * A class in the windows that are summed up.
     *
     * @param precision none where windows have not all of their confusions
     * @param baseline its accuracy in the model's test; none if it was not in it
     * @param detectionDelay labels, about, by which a fall by 20 points would be found; none if it cannot yet, or there is one already
     * @param labelsNeeded more labels before it can; none if there is a fall already, or the class is not watched
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
            Optional<Double> precision,
            Optional<Double> baseline,
            Optional<Integer> detectionDelay,
            Optional<Integer> labelsNeeded,
            List<Optional<Double>> recent) {}

    /** By labels of known probability. */
    record Sampled(long support, double accuracy, double lower, double upper, long audited, long auditedLabelled) {}

    /** A window, of all classes or of one. */
    record Point(Instant end, long support, double accuracy, double lower, double upper, Optional<Double> expected) {}

    /**
     * Sums up.
     *
     * @param summed windows that do not overlap, the oldest first
     * @param recent likewise, those that each class is told of one by one
     * @param all windows, in the order of their ends
     * @param label the class that the points are about; empty for all
     */
    static AccuracySummary of(
            List<AccuracyValue> summed,
            List<AccuracyValue> recent,
            Collection<AccuracyValue> all,
            Optional<BaselineValue> baseline,
            String label) {
        Sum sum = new Sum(summed);
        List<OneClass> classes = classes(baseline, sum, recent);
        WilsonInterval interval = WilsonInterval.of(sum.correct, sum.support);
        return new AccuracySummary(
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
                sum.expected(sum.expectedLower),
                sum.expected(sum.expectedUpper),
                ratio((double) sum.support, sum.tagged),
                ratio(sum.labelDelayMillis, sum.support),
                sum.sampled(),
                baseline.map(BaselineValue::accuracy),
                largest(classes),
                Math.max(0, classes.size() - MAX_CLASSES),
                ShownConfusion.of(classes, sum.confusion),
                all.stream().map(window -> point(window, label)).toList());
    }

    private static final class Sum {
        private long tagged;
        private long support;
        private long correct;
        private double expectedCorrect;
        private double expectedLower;
        private double expectedUpper;
        private double labelDelayMillis;
        private final Map<String, Long> taggedByLabel = new HashMap<>();
        private final Map<String, Map<String, Long>> confusion = new TreeMap<>();
        private final Map<String, Long> predicted = new HashMap<>();
        private final Map<String, Long> supportByClass = new HashMap<>();
        private final Map<String, Long> correctByClass = new HashMap<>();
        private boolean hasAllConfusions = true;
        private Weights sampled = Weights.NONE;
        private long audited;
        private long auditedLabelled;

        Sum(Collection<AccuracyValue> windows) {
            for (AccuracyValue window : windows) {
                tagged += window.tagged();
                support += window.support();
                correct += window.correct();
                expectedCorrect += window.expectedAccuracy() * window.tagged();
                expectedLower += window.expectedAccuracyLower().orElse(0.0) * window.tagged();
                expectedUpper += window.expectedAccuracyUpper().orElse(1.0) * window.tagged();
                labelDelayMillis += window.meanLabelDelayMillis() * window.support();
                window.taggedByLabel().forEach((label, n) -> taggedByLabel.merge(label, n, Long::sum));
                for (AccuracyValue.OneClass ofClass : window.classes()) {
                    supportByClass.merge(ofClass.label(), ofClass.support(), Long::sum);
                    correctByClass.merge(ofClass.label(), ofClass.correct(), Long::sum);
                }
                window.sampled().ifPresent(those -> add(those, (double) window.tagged()));
                hasAllConfusions &= window.leftOut()
                        .map(leftOut -> leftOut.confusion() == 0)
                        .orElse(true);
                window.confusion()
                        .forEach((truth, row) -> row.forEach((label, n) -> {
                            confusion
                                    .computeIfAbsent(truth, t -> new HashMap<>())
                                    .merge(label, n, Long::sum);
                            predicted.merge(label, n, Long::sum);
                        }));
            }
        }

        /** The mean end of the windows' intervals, of which one is all that is possible if it is not known; none if none is. */
        Optional<Double> expected(double sum) {
            boolean isAnyKnown = expectedUpper - expectedLower < tagged;
            return tagged > 0 && isAnyKnown ? Optional.of(sum / tagged) : Optional.empty();
        }

        /** Each window tells of all its tags. */
        private void add(AccuracyValue.Sampled window, double weight) {
            audited += window.audited();
            auditedLabelled += window.auditedLabelled();
            if (window.effectiveSupport() > 0) {
                sampled = sampled.plus(new Weights(
                        window.support(),
                        0,
                        weight,
                        weight * weight / window.effectiveSupport(),
                        weight * window.accuracy()));
            }
        }

        Optional<Sampled> sampled() {
            WilsonInterval interval = sampled.interval();
            return sampled.tags() == 0
                    ? Optional.empty()
                    : Optional.of(new Sampled(
                            sampled.tags(),
                            sampled.accuracy(),
                            interval.lower(),
                            interval.upper(),
                            audited,
                            auditedLabelled));
        }

        ClassAccuracy accuracy(String label) {
            return new ClassAccuracy(
                    label,
                    supportByClass.getOrDefault(label, 0L),
                    predicted.getOrDefault(label, 0L),
                    correctByClass.getOrDefault(label, 0L));
        }
    }

    private static List<OneClass> classes(Optional<BaselineValue> baseline, Sum sum, List<AccuracyValue> recent) {
        Map<String, Double> tested = new HashMap<>();
        baseline.ifPresent(test -> test.classes().forEach(ofClass -> tested.put(ofClass.label(), ofClass.accuracy())));
        Map<String, BaselineValue.Watched> watched = new HashMap<>();
        baseline.ifPresent(test -> test.watched().forEach(ofClass -> watched.put(ofClass.label(), ofClass)));
        Set<String> labels = new TreeSet<>(tested.keySet());
        labels.addAll(sum.taggedByLabel.keySet());
        labels.addAll(sum.supportByClass.keySet());
        List<Map<String, Double>> accuracies =
                recent.stream().map(AccuracySummary::accuracies).toList();
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
                    sum.hasAllConfusions ? Optional.of(accuracy.precision()) : Optional.empty(),
                    Optional.ofNullable(tested.get(label)),
                    Optional.ofNullable(watched.get(label)).flatMap(BaselineValue.Watched::detectionDelay),
                    Optional.ofNullable(watched.get(label)).map(BaselineValue.Watched::labelsNeeded),
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

    private static List<OneClass> largest(List<OneClass> classes) {
        return classes.stream()
                .sorted(Comparator.comparingLong((OneClass ofClass) -> Math.max(ofClass.support, ofClass.tagged))
                        .reversed())
                .limit(MAX_CLASSES)
                .sorted(Comparator.comparing(OneClass::label))
                .toList();
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
