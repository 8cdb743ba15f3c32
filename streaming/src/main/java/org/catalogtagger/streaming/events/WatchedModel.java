package org.catalogtagger.streaming.events;

import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.drift.DetectionDelay;
import org.jspecify.annotations.Nullable;

/**
 * How a model did in its test, and how well falls of its classes can be seen.
 *
 * @param classes by name; none where drift is not watched for, and of those none whose accuracy has fallen
 */
public record WatchedModel(ModelBaseline baseline, List<WatchedClass> classes) {
    /**
     * How soon a fall of a class' accuracy would be found, as {@link DetectionDelay} has it.
     *
     * @param detectionDelay labels of the class; null if a fall cannot be watched for yet
     * @param labelsNeeded before it can; 0 if none; {@link DetectionDelay#MOST_MISSING} if as many or more
     */
    public record WatchedClass(String label, @Nullable Integer detectionDelay, int labelsNeeded) {
        private static WatchedClass of(String label, DetectionDelay delay) {
            return new WatchedClass(
                    label, delay.labels().isPresent() ? delay.labels().getAsInt() : null, delay.missing());
        }
    }

    /** One that is not watched. */
    public static WatchedModel of(ModelBaseline baseline) {
        return new WatchedModel(baseline, List.of());
    }

    /** One that is. */
    public static WatchedModel of(ModelBaseline baseline, Map<String, DetectionDelay> delays) {
        return new WatchedModel(
                baseline,
                delays.entrySet().stream()
                        .map(ofClass -> WatchedClass.of(ofClass.getKey(), ofClass.getValue()))
                        .toList());
    }
}
