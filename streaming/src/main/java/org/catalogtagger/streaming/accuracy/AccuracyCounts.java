package org.catalogtagger.streaming.accuracy;

import java.util.List;
import java.util.Map;

/**
 * Tags, counted. Sums of such counts and differences too, so that a label that was corrected can be counted out again.
 *
 * @param tagged tags by the label given, whether the truth is known or not
 * @param confusion tags whose truth is known, by truth and then by the label given
 * @param ranks of them, by the rank of the truth among the tag's best labels, the best first; those further down are
 *     left out
 * @param bins of them, by confidence: {@value #BINS} bins of equal width
 * @param labelDelayMillis of them, from the image's event to its label, summed
 * @param confidences of all tags: how many lie in each of {@value #BINS} bins of equal width
 * @param brightness of all tags: how many images lie in each of {@value #BRIGHTNESS_BINS} bins of equal width
 * @param expectedCorrect of all tags: how many are right if tags of such confidence are right as often as in the test
 * @param sampledTruths of those of which it is known how they were chosen to be labelled: see {@link SampledTags}, whose fields these
 *     are, as types that Flink has. State must have none that an earlier version does not know, or the way back to it is closed.
 * @param sampledSums of each of these, one after the other
 * @param sampledConfidences of the same tags
 * @param drawn likewise
 * @param heaviest likewise
 * @param familiarities of all tags of which it is known: how many lie in each of {@value #FAMILIARITY_BINS} bins of equal width
 */
public record AccuracyCounts(
        Map<String, Long> tagged,
        Map<String, Row> confusion,
        List<Long> ranks,
        List<Bin> bins,
        long labelDelayMillis,
        List<Long> confidences,
        List<Long> brightness,
        double expectedCorrect,
        List<String> sampledTruths,
        List<Double> sampledSums,
        List<Long> sampledConfidences,
        long drawn,
        double heaviest,
        List<Long> familiarities) {
    /** Bins of confidence, as Guo et al. (2017, On Calibration of Modern Neural Networks) count them. */
    public static final int BINS = 15;

    /** Bins of the images' mean level. */
    public static final int BRIGHTNESS_BINS = 32;

    /** Bins of how familiar images are, the least familiar first: of a model's test each has as many. */
    public static final int FAMILIARITY_BINS = 10;

    /** State of versions that knew of no samples has none, and so on. */
    @SuppressWarnings("ConstantValue")
    public AccuracyCounts {
        sampledTruths = sampledTruths == null ? List.of() : sampledTruths;
        sampledSums = sampledSums == null ? List.of() : sampledSums;
        sampledConfidences = sampledConfidences == null ? List.of() : sampledConfidences;
        familiarities = familiarities == null ? List.of() : familiarities;
    }

    /** Those of which it is known how they were chosen to be labelled. */
    public SampledTags sampled() {
        return SampledTags.of(sampledTruths, sampledSums, sampledConfidences, drawn, heaviest);
    }

    /** Tags of one truth, by the label given. A record, because Flink knows no map of maps as a type. */
    public record Row(Map<String, Long> labels) {}

    /** Whether they change nothing of what they are added to. */
    public boolean isNothing() {
        return tagged.isEmpty()
                && confusion.isEmpty()
                && labelDelayMillis == 0
                && sampledTruths.isEmpty()
                && drawn == 0;
    }

    /** All tags. */
    public long taggedCount() {
        return tagged.values().stream().mapToLong(Long::longValue).sum();
    }

    /** All tags whose truth is known. */
    public long labelledCount() {
        return confusion.values().stream()
                .flatMap(row -> row.labels().values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Tags of a truth with a label. */
    public long count(String truth, String label) {
        Row row = confusion.get(truth);
        return row == null ? 0 : row.labels().getOrDefault(label, 0L);
    }

    /**
     * Tags of like confidence.
     *
     * @param confidence summed
     */
    public record Bin(long count, double confidence, long correct) {
        /** Both. */
        public Bin plus(Bin other) {
            return new Bin(count + other.count, confidence + other.confidence, correct + other.correct);
        }
    }
}
