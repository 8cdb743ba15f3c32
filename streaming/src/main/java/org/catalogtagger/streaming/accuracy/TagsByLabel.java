package org.catalogtagger.streaming.accuracy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of tags without any truth.
 *
 * @param tagged by the label given
 * @param familiarities as {@link AccuracyCounts#familiarities()}
 * @param expectedCorrect how many are right if tags of such confidence are right as often as in the test
 */
public record TagsByLabel(Map<String, Long> tagged, List<Long> familiarities, double expectedCorrect) {
    /** No tags. */
    public static final TagsByLabel NONE = new TagsByLabel(Map.of(), List.of(), 0);

    static TagsByLabel of(AccuracyCounts counts) {
        return new TagsByLabel(counts.tagged(), counts.familiarities(), counts.expectedCorrect());
    }

    /** These and more. */
    public TagsByLabel plus(AccuracyCounts more) {
        Map<String, Long> sums = new HashMap<>(tagged);
        more.tagged().forEach((label, count) -> sums.merge(label, count, Long::sum));
        List<Long> familiar = new ArrayList<>();
        for (int i = 0; i < Math.max(familiarities.size(), more.familiarities().size()); i++) {
            familiar.add(at(familiarities, i) + at(more.familiarities(), i));
        }
        return new TagsByLabel(sums, familiar, expectedCorrect + more.expectedCorrect());
    }

    private static long at(List<Long> counts, int bin) {
        return bin < counts.size() ? counts.get(bin) : 0;
    }

    /** All of them. */
    public long count() {
        return tagged.values().stream().mapToLong(Long::longValue).sum();
    }
}
