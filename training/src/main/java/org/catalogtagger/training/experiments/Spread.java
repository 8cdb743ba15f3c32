package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One figure of a run over its repeats.
 *
 * @param deviation the standard deviation of the sample; none of a single run
 * @param repeats that it is of, at least 1
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Spread(double mean, OptionalDouble deviation, int repeats) {
    /** Of one value per repeat; of none if there are none. */
    static Optional<Spread> of(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        return Optional.of(new Spread(
                mean,
                values.size() < 2 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(variance(values, mean))),
                values.size()));
    }

    private static double variance(List<Double> values, double mean) {
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return squares / (values.size() - 1);
    }

    /** As people read it, of a share: {@code 57.4 ± 0.5 %}. */
    public String percent(int digits) {
        return words(digits, 100) + " %";
    }

    /** As people read it, of something that is counted: without decimals if it was the same each time. */
    public String count() {
        boolean isAlwaysTheSame = deviation.orElse(0) == 0 && mean == Math.rint(mean);
        return isAlwaysTheSame ? String.format(Locale.ROOT, "%,.0f", mean) : number(1);
    }

    /** As people read it. */
    public String number(int digits) {
        return words(digits, 1);
    }

    private String words(int digits, double scale) {
        String format = "%." + digits + "f";
        String words = String.format(Locale.ROOT, format, scale * mean);
        return deviation.isPresent()
                ? words + " ± " + String.format(Locale.ROOT, format, scale * deviation.getAsDouble())
                : words;
    }
}
