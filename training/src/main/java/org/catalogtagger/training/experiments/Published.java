package org.catalogtagger.training.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What somebody else measured of a run.
 *
 * @param testAccuracy 0 to 1
 * @param trainAccuracy 0 to 1
 * @param losses of each epoch
 * @param seconds of each epoch
 * @param classes the images of each class, by its name
 */
public record Published(
        OptionalDouble testAccuracy,
        OptionalDouble trainAccuracy,
        List<Double> losses,
        List<Double> seconds,
        Map<String, ClassCounts> classes) {
    static final Published NOTHING =
            new Published(OptionalDouble.empty(), OptionalDouble.empty(), List.of(), List.of(), Map.of());

    /** A list that is left out is empty. */
    @SuppressWarnings("NullAway") // Jackson gives null for what is not there.
    public Published {
        losses = losses == null ? List.of() : List.copyOf(losses);
        seconds = seconds == null ? List.of() : List.copyOf(seconds);
        classes = classes == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(classes));
    }

    /** The mean of the classes' accuracies, 0 to 1, if those are published. */
    OptionalDouble macroRecall() {
        return classes.values().stream().mapToDouble(ClassCounts::accuracy).average();
    }
}
