package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;

/** A value of the accuracy topic: the accuracy of a model in a window, its fields in the order in which one reads. */
public record AccuracyValue(
        Instant windowStart,
        Instant windowEnd,
        int revision,
        String modelVersion,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> segment,
        long tagged,
        long support,
        long correct,
        double accuracy,
        double accuracyLower,
        double accuracyUpper,
        double macroRecall,
        List<Double> topAccuracy,
        double calibrationError,
        double expectedAccuracy,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> expectedAccuracyLower,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> expectedAccuracyUpper,
        double labelCoverage,
        double meanLabelDelayMillis,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Sampled> sampled,
        List<OneClass> classes,
        Map<String, Map<String, Long>> confusion,
        Map<String, Long> taggedByLabel,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<LeftOut> leftOut) {
    /** How many classes, cells of the confusion matrix and labels are not there, for a record does not hold them. */
    public record LeftOut(int classes, int confusion, int taggedByLabel, int sampledClasses) {}

    /** A class in a window. */
    public record OneClass(
            String label,
            long support,
            long correct,
            double accuracy,
            double accuracyLower,
            double accuracyUpper,
            double precision,
            double f1) {
        /** Those with the largest support, by name. */
        static List<OneClass> largest(List<OneClass> classes, int kept) {
            return classes.stream()
                    .sorted(Comparator.comparingLong(OneClass::support).reversed())
                    .limit(kept)
                    .sorted(Comparator.comparing(OneClass::label))
                    .toList();
        }

        static OneClass of(ClassAccuracy accuracy) {
            WilsonInterval interval = accuracy.recallInterval();
            return new OneClass(
                    accuracy.label(),
                    accuracy.support(),
                    accuracy.correct(),
                    accuracy.recall(),
                    interval.lower(),
                    interval.upper(),
                    accuracy.precision(),
                    accuracy.f1());
        }
    }

    /**
     * The accuracy of all tags, as those tell it of which it is known with what chance they were labelled.
     *
     * @param declaredFor tags that the labels stand for whose probability is declared: if those are not about all tags, what is
     *     declared is not true
     * @param effectiveSupport labels of equal weight that would be as sure
     * @param audited tags that were drawn for the audit
     * @param auditedLabelled those of them whose truth is known
     */
    public record Sampled(
            long support,
            double declaredFor,
            double effectiveSupport,
            double accuracy,
            double accuracyLower,
            double accuracyUpper,
            long audited,
            long auditedLabelled,
            List<SampledClass> classes) {
        static Optional<Sampled> of(SampledTags tags) {
            if (tags.isNothing()) {
                return Optional.empty();
            }
            Weights all = tags.all();
            WilsonInterval interval = all.interval();
            return Optional.of(new Sampled(
                    all.tags(),
                    SampledTags.sum(tags.declared()).weight(),
                    all.effectiveTags(),
                    all.accuracy(),
                    interval.lower(),
                    interval.upper(),
                    tags.drawn(),
                    SampledTags.sum(tags.audited()).tags(),
                    tags.truths().stream()
                            .filter(truth -> tags.of(truth).tags() > 0)
                            .map(truth -> SampledClass.of(truth, tags.of(truth)))
                            .toList()));
        }

        Sampled largest(int kept) {
            List<SampledClass> most = classes.stream()
                    .sorted(Comparator.comparingLong(SampledClass::support).reversed())
                    .limit(kept)
                    .sorted(Comparator.comparing(SampledClass::label))
                    .toList();
            return new Sampled(
                    support,
                    declaredFor,
                    effectiveSupport,
                    accuracy,
                    accuracyLower,
                    accuracyUpper,
                    audited,
                    auditedLabelled,
                    most);
        }
    }

    /** A class of it. */
    public record SampledClass(
            String label,
            long support,
            double effectiveSupport,
            double accuracy,
            double accuracyLower,
            double accuracyUpper) {
        static SampledClass of(String label, Weights weights) {
            WilsonInterval interval = weights.interval();
            return new SampledClass(
                    label,
                    weights.tags(),
                    weights.effectiveTags(),
                    weights.accuracy(),
                    interval.lower(),
                    interval.upper());
        }
    }

    static AccuracyValue of(WindowAccuracy window) {
        AccuracyMetrics metrics = window.metrics();
        WilsonInterval interval = metrics.accuracyInterval();
        return new AccuracyValue(
                Instant.ofEpochMilli(window.window().start()),
                Instant.ofEpochMilli(window.window().end()),
                window.revision(),
                window.modelVersion(),
                window.segment().isEmpty() ? Optional.empty() : Optional.of(window.segment()),
                metrics.tagged(),
                metrics.support(),
                metrics.correct(),
                metrics.accuracy(),
                interval.lower(),
                interval.upper(),
                metrics.macroRecall(),
                metrics.topAccuracy(),
                metrics.calibrationError(),
                window.expected().accuracy(),
                bound(window.expected(), Expectation::lower),
                bound(window.expected(), Expectation::upper),
                metrics.labelCoverage(),
                metrics.meanLabelDelayMillis(),
                Sampled.of(window.counts().sampled()),
                metrics.classes().stream().map(OneClass::of).toList(),
                confusion(window),
                new TreeMap<>(window.counts().tagged()),
                Optional.empty());
    }

    private static Optional<Double> bound(Expectation expected, Function<Expectation, Double> end) {
        return expected.isBounded() ? Optional.of(end.apply(expected)) : Optional.empty();
    }

    /** So many classes, those of the largest support; as many of their confusions each, and as many labels. */
    AccuracyValue largest(int kept) {
        List<OneClass> keptClasses = OneClass.largest(classes, kept);
        Map<String, Map<String, Long>> keptConfusion = new TreeMap<>();
        for (OneClass oneClass : keptClasses) {
            Map<String, Long> row = confusion.get(oneClass.label());
            if (row != null) {
                keptConfusion.put(oneClass.label(), largest(row, kept));
            }
        }
        Map<String, Long> keptTagged = largest(taggedByLabel, kept);
        Optional<Sampled> keptSampled = sampled.map(those -> those.largest(kept));
        LeftOut without = new LeftOut(
                classes.size() - keptClasses.size(),
                cells(confusion) - cells(keptConfusion),
                taggedByLabel.size() - keptTagged.size(),
                sampledClasses(sampled) - sampledClasses(keptSampled));
        return new AccuracyValue(
                windowStart,
                windowEnd,
                revision,
                modelVersion,
                segment,
                tagged,
                support,
                correct,
                accuracy,
                accuracyLower,
                accuracyUpper,
                macroRecall,
                topAccuracy,
                calibrationError,
                expectedAccuracy,
                expectedAccuracyLower,
                expectedAccuracyUpper,
                labelCoverage,
                meanLabelDelayMillis,
                keptSampled,
                keptClasses,
                keptConfusion,
                keptTagged,
                Optional.of(without));
    }

    private static Map<String, Long> largest(Map<String, Long> counts, int kept) {
        Map<String, Long> largest = new TreeMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(kept)
                .forEach(entry -> largest.put(entry.getKey(), entry.getValue()));
        return largest;
    }

    private static int sampledClasses(Optional<Sampled> sampled) {
        return sampled.map(those -> those.classes().size()).orElse(0);
    }

    private static int cells(Map<String, Map<String, Long>> confusion) {
        return confusion.values().stream().mapToInt(Map::size).sum();
    }

    private static Map<String, Map<String, Long>> confusion(WindowAccuracy window) {
        Map<String, Map<String, Long>> byTruth = new TreeMap<>();
        window.counts().confusion().forEach((truth, row) -> byTruth.put(truth, new TreeMap<>(row.labels())));
        return byTruth;
    }
}
