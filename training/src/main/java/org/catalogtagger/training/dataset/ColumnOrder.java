package org.catalogtagger.training.dataset;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The order of what a column says: of numbers by their size, of ISO dates that of time, of anything else that of texts.
 *
 * @param comparator the least first
 * @param text a value that is neither number nor ISO date, if there is one: the order may not be that of time then
 */
public record ColumnOrder(Comparator<String> comparator, Optional<String> text) {
    private static final Predicate<String> NUMBER =
            Pattern.compile("-?\\d+(\\.\\d+)?").asMatchPredicate();

    /** A year, a month or a day, and a time of it; others have another order as texts. */
    private static final Predicate<String> ISO_DATE =
            Pattern.compile("\\d{4}(-\\d{2}(-\\d{2}([T ].*)?)?)?").asMatchPredicate();

    /** Of these values. */
    static ColumnOrder of(Collection<String> values) {
        if (values.stream().allMatch(NUMBER)) {
            return new ColumnOrder(Comparator.comparingDouble(Double::parseDouble), Optional.empty());
        }
        Optional<String> text = values.stream().filter(ISO_DATE.negate()).min(Comparator.naturalOrder());
        return new ColumnOrder(Comparator.naturalOrder(), text);
    }
}
