package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
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
        double labelCoverage,
        double meanLabelDelayMillis,
        List<OneClass> classes,
        Map<String, Map<String, Long>> confusion,
        Map<String, Long> taggedByLabel) {
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
                metrics.expectedAccuracy(),
                metrics.labelCoverage(),
                metrics.meanLabelDelayMillis(),
                metrics.classes().stream().map(OneClass::of).toList(),
                confusion(window),
                new TreeMap<>(window.counts().tagged()));
    }

    private static Map<String, Map<String, Long>> confusion(WindowAccuracy window) {
        Map<String, Map<String, Long>> byTruth = new TreeMap<>();
        window.counts().confusion().forEach((truth, row) -> byTruth.put(truth, new TreeMap<>(row.labels())));
        return byTruth;
    }
}
