package org.catalogtagger.streaming.accuracy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;

/**
 * What counted tags say.
 *
 * @param tagged tags, their truth known or not
 * @param support tags whose truth is known; all that follows is about them
 * @param correct those of them that are right
 * @param classes that are some image's truth or were given to one, by name
 */
public record AccuracyMetrics(
        AccuracyCounts counts, long tagged, long support, long correct, List<ClassAccuracy> classes) {
    /** The metrics of counts of which nothing is owed: each label that was taken back had been counted. */
    public static AccuracyMetrics of(AccuracyCounts counts) {
        Map<String, Long> predicted = new HashMap<>();
        counts.confusion().values().forEach(row -> row.labels()
                .forEach((label, n) -> predicted.merge(label, n, Long::sum)));
        List<ClassAccuracy> classes = new ArrayList<>();
        for (String label :
                new TreeSet<>(Stream.concat(counts.confusion().keySet().stream(), predicted.keySet().stream())
                        .toList())) {
            Map<String, Long> row =
                    counts.confusion().getOrDefault(label, new Row(Map.of())).labels();
            classes.add(new ClassAccuracy(
                    label, sum(row.values()), predicted.getOrDefault(label, 0L), row.getOrDefault(label, 0L)));
        }
        return new AccuracyMetrics(
                counts,
                sum(counts.tagged().values()),
                classes.stream().mapToLong(ClassAccuracy::support).sum(),
                classes.stream().mapToLong(ClassAccuracy::correct).sum(),
                classes);
    }

    private static long sum(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    /** The share of the tags that are right, 0 to 1; 0 without tags. */
    public double accuracy() {
        return ClassAccuracy.ratio(correct, support);
    }

    /** The 95 % confidence interval of the accuracy. */
    public WilsonInterval accuracyInterval() {
        return WilsonInterval.of(correct, support);
    }

    /** The mean recall of the classes that have images, 0 to 1; 0 if none has. */
    public double macroRecall() {
        return classes.stream()
                .filter(accuracy -> accuracy.support() > 0)
                .mapToDouble(ClassAccuracy::recall)
                .average()
                .orElse(0);
    }

    /** The share of tags whose truth is among their k best labels, for k of 1, 2, … as far as tags list labels. */
    public List<Double> topAccuracy() {
        List<Double> accuracy = new ArrayList<>();
        long hits = 0;
        for (long atRank : counts.ranks()) {
            hits += atRank;
            accuracy.add(ClassAccuracy.ratio(hits, support));
        }
        return accuracy;
    }

    /**
     * The expected calibration error: how far confidence and accuracy are apart, 0 to 1, on average over bins of
     * confidence (Guo et al., 2017, equation 3).
     */
    public double calibrationError() {
        double distance = 0;
        for (Bin bin : counts.bins()) {
            distance += Math.abs(bin.correct() - bin.confidence());
        }
        return support == 0 ? 0 : distance / support;
    }

    /** The share of all tags whose truth is known, 0 to 1; 0 without tags. */
    public double labelCoverage() {
        return ClassAccuracy.ratio(support, tagged);
    }

    /** From an image's event to its label, on average, in milliseconds; 0 without labels. */
    public double meanLabelDelayMillis() {
        return ClassAccuracy.ratio(counts.labelDelayMillis(), support);
    }
}
