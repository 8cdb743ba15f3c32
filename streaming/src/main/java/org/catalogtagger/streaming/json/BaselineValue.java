package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
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
        List<AccuracyValue.OneClass> classes,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> classesLeftOut) {
    /** So many classes, those of the largest support. */
    BaselineValue largest(int kept) {
        return new BaselineValue(
                modelVersion,
                support,
                correct,
                accuracy,
                accuracyLower,
                accuracyUpper,
                AccuracyValue.OneClass.largest(classes, kept),
                Optional.of(classes.size() - kept));
    }

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
                baseline.classes().stream().map(AccuracyValue.OneClass::of).toList(),
                Optional.empty());
    }
}
