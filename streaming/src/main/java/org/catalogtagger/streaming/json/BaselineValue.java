package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.events.WatchedModel.WatchedClass;

/**
 * A value of the baselines topic: the test results that are in a model's bundle.
 *
 * @param watched how soon a fall of each class' accuracy would be found
 */
public record BaselineValue(
        String modelVersion,
        long support,
        long correct,
        double accuracy,
        double accuracyLower,
        double accuracyUpper,
        List<AccuracyValue.OneClass> classes,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Watched> watched,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> classesLeftOut) {
    /** A topic's records of before have none. */
    public BaselineValue {
        watched = watched == null ? List.of() : watched;
    }

    /**
     * How soon a fall of a class by 20 points, of one below 40 % by half, would be found.
     *
     * @param detectionDelay labels of the class since then, about; none if it cannot be watched for yet
     * @param labelsNeeded more labels, before it can; 0 if none; 100,000 if as many or more
     */
    public record Watched(
            String label,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> detectionDelay,
            int labelsNeeded) {
        private static Watched of(WatchedClass ofClass) {
            return new Watched(ofClass.label(), Optional.ofNullable(ofClass.detectionDelay()), ofClass.labelsNeeded());
        }
    }

    /** So many classes, those of the largest support. */
    BaselineValue largest(int kept) {
        List<AccuracyValue.OneClass> largest = AccuracyValue.OneClass.largest(classes, kept);
        Set<String> labels = largest.stream().map(AccuracyValue.OneClass::label).collect(Collectors.toSet());
        return new BaselineValue(
                modelVersion,
                support,
                correct,
                accuracy,
                accuracyLower,
                accuracyUpper,
                largest,
                watched.stream()
                        .filter(ofClass -> labels.contains(ofClass.label()))
                        .toList(),
                Optional.of(classes.size() - kept));
    }

    static BaselineValue of(WatchedModel model) {
        ModelBaseline baseline = model.baseline();
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
                model.classes().stream().map(Watched::of).toList(),
                Optional.empty());
    }
}
