package org.catalogtagger.streaming.drift;

import java.util.Map;
import java.util.TreeSet;

/**
 * Two distributions over categories.
 *
 * @param statistic Pearson's chi-squared of homogeneity
 * @param degrees its degrees of freedom, 1 or more
 * @param stabilityIndex the population stability index: the symmetric Kullback-Leibler divergence
 * @param indexByChance what it is on average by chance (Yurdakul, 2018, Statistical Properties of Population Stability Index, section 3)
 * @param mostChanged the category that contributes most to it
 */
record MixComparison(double statistic, int degrees, double stabilityIndex, double indexByChance, String mostChanged) {
    /** The test is a good approximation from here on; rarer categories are thrown together (Cochran, 1954). */
    private static final double SMALLEST_EXPECTATION = 5;

    static MixComparison of(Map<String, Long> reference, Map<String, Long> window) {
        long referenceTags = sum(reference);
        long windowTags = sum(window);
        long[] rare = new long[2];
        String mostChanged = "";
        double index = 0;
        double largest = -1;
        double statistic = 0;
        int categories = 0;
        TreeSet<String> all = new TreeSet<>(reference.keySet());
        all.addAll(window.keySet());
        for (String category : all) {
            long[] both = {reference.getOrDefault(category, 0L), window.getOrDefault(category, 0L)};
            if ((double) windowTags * (both[0] + both[1]) / (referenceTags + windowTags) < SMALLEST_EXPECTATION) {
                rare[0] += both[0];
                rare[1] += both[1];
                continue;
            }
            categories++;
            statistic += squares(both, referenceTags, windowTags);
            double part = index(both, referenceTags, windowTags);
            index += part;
            if (part > largest) {
                largest = part;
                mostChanged = category;
            }
        }
        if (rare[0] + rare[1] > 0) {
            categories++;
            statistic += squares(rare, referenceTags, windowTags);
            index += index(rare, referenceTags, windowTags);
        }
        int degrees = Math.max(1, categories - 1);
        double byChance = degrees * (1.0 / referenceTags + 1.0 / windowTags);
        return new MixComparison(statistic, degrees, index, byChance, mostChanged);
    }

    /** What a category of both adds to chi-squared. */
    private static double squares(long[] both, long referenceTags, long windowTags) {
        double share = (double) windowTags / (referenceTags + windowTags);
        double off = both[1] - share * (both[0] + both[1]);
        return off * off / ((both[0] + both[1]) * share * (1 - share));
    }

    /** Half a tag more on both sides: the logarithm of nothing is no evidence. */
    private static double index(long[] both, long referenceTags, long windowTags) {
        double before = (both[0] + 0.5) / referenceTags;
        double now = (both[1] + 0.5) / windowTags;
        return (now - before) * Math.log(now / before);
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * About 0 if tags are independent and nothing has changed. By the index, for a run of a rare category makes chi-squared as much larger as it is rare, and
     * its logarithm far from normal. A bit more: of what does not differ at all there is a logarithm too.
     */
    double logOverChance() {
        return Math.log(stabilityIndex / indexByChance + 0.5 / degrees);
    }
}
