package org.catalogtagger.streaming.json;

import java.util.List;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.events.ModelBaseline;

/** A value of the baselines topic: the test results that are in a model's bundle. */
public record BaselineValue(
        String modelVersion,
        long support,
        long correct,
        double accuracy,
        double accuracyLower,
        double accuracyUpper,
        List<AccuracyValue.OneClass> classes) {
    static BaselineValue of(ModelBaseline baseline) {
        long support =
                baseline.classes().stream().mapToLong(ClassAccuracy::support).sum();
        long correct =
                baseline.classes().stream().mapToLong(ClassAccuracy::correct).sum();
        WilsonInterval interval = WilsonInterval.of(correct, support);
        return new BaselineValue(
                baseline.modelVersion(),
                support,
                correct,
                support == 0 ? 0 : (double) correct / support,
                interval.lower(),
                interval.upper(),
                baseline.classes().stream().map(AccuracyValue.OneClass::of).toList());
    }
}
