package org.catalogtagger.streaming.accuracy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;

/** Counts tags and adds counts up. Not thread-safe. */
public final class AccuracyCounter {
    private static final Bin NO_TAGS = new Bin(0, 0, 0);
    private static final double GRAY_LEVELS = 256;
    private static final double ROUNDING = 1e-6;

    /** Truths that there was no room for. */
    public static final String OTHER_TRUTHS = "(other)";

    private final Map<String, Long> tagged = new HashMap<>();
    private final Map<String, Map<String, Long>> confusion = new HashMap<>();
    private final List<Long> ranks = new ArrayList<>();
    private final List<Bin> bins = new ArrayList<>();
    private final List<Long> confidences = new ArrayList<>();
    private final List<Long> brightness = new ArrayList<>();
    private final List<Long> familiarities = new ArrayList<>();
    private long labelDelayMillis;
    private double expectedCorrect;
    private final Map<String, Weights> declared = new HashMap<>();
    private final Map<String, Weights> audited = new HashMap<>();
    private final List<Long> sampledConfidences = new ArrayList<>();
    private long drawn;
    private double heaviest;

    /** Counts a tag, its truth known or not. */
    public void countTagged(TagOutcome tag) {
        tagged.merge(tag.label(), 1L, Long::sum);
        addTo(confidences, binOf(tag.confidence(), AccuracyCounts.BINS), 1);
        addTo(brightness, binOf(tag.brightness() / GRAY_LEVELS, AccuracyCounts.BRIGHTNESS_BINS), 1);
        if (!Float.isNaN(tag.familiarity())) {
            addTo(familiarities, binOf(tag.familiarity(), AccuracyCounts.FAMILIARITY_BINS), 1);
        }
        expectedCorrect += tag.expectedAccuracy();
        drawn += tag.audited() ? 1 : 0;
    }

    /**
     * Counts a tag whose truth is known.
     *
     * @param probability that its product was chosen to be labelled; {@link SampledTags#NOT_DECLARED} if that is not known
     * @param delayMillis from the image's event to its label
     * @param sign 1, or -1 to take it back
     */
    public void countLabelled(TagOutcome tag, String truth, double probability, long delayMillis, int sign) {
        addTo(confusion.computeIfAbsent(truth, t -> new HashMap<>()), tag.label(), sign);
        int rank = tag.top().indexOf(truth);
        if (rank >= 0) {
            addTo(ranks, rank, sign);
        }
        int bin = binOf(tag.confidence(), AccuracyCounts.BINS);
        addTo(bins, bin, new Bin(sign, sign * (double) tag.confidence(), rank == 0 ? sign : 0));
        labelDelayMillis += sign * delayMillis;
        if (tag.audited()) {
            audited.merge(truth, Weights.of(tag.chosenWith(probability), rank == 0, sign), Weights::plus);
            addTo(sampledConfidences, bin, sign);
        } else if (probability > 0) {
            declared.merge(truth, Weights.of(tag.chosenWith(probability), rank == 0, sign), Weights::plus);
            addTo(sampledConfidences, bin, sign);
            heaviest = Math.max(heaviest, 1 / tag.chosenWith(probability));
        }
    }

    /** Adds what was counted elsewhere. */
    public void add(AccuracyCounts counts) {
        counts.confusion().forEach((truth, row) -> row.labels().forEach((label, count) -> addTo(truth, label, count)));
        SampledTags sampled = counts.sampled();
        sampled.declared().forEach((truth, weights) -> declared.merge(truth, weights, Weights::plus));
        sampled.audited().forEach((truth, weights) -> audited.merge(truth, weights, Weights::plus));
        heaviest = Math.max(heaviest, counts.heaviest());
        addAllElse(counts);
    }

    /**
     * Adds changes of what is counted here, from the first tag on. Once there are so many confusions, others are counted as those of
     * {@value #OTHER_TRUTHS}, and taken back from there: whoever writes labels freely must not fill the memory. Tags that
     * are right stay so.
     */
    public void addWithin(int maxConfusions, AccuracyCounts changes) {
        int confusions = confusion.values().stream().mapToInt(Map::size).sum();
        for (Map.Entry<String, Row> row : changes.confusion().entrySet()) {
            String truth = row.getKey();
            for (Map.Entry<String, Long> change : row.getValue().labels().entrySet()) {
                String label = change.getKey();
                long own = confusion.getOrDefault(truth, Map.of()).getOrDefault(label, 0L);
                boolean hasOwn =
                        truth.equals(label) || (change.getValue() > 0 && (own > 0 || confusions < maxConfusions));
                long ownChange = hasOwn ? change.getValue() : Math.max(Math.min(0, change.getValue()), -own);
                addTo(truth, label, ownChange);
                addTo(OTHER_TRUTHS, label, change.getValue() - ownChange);
                confusions += own == 0 && ownChange > 0 ? 1 : 0;
            }
        }
        SampledTags sampled = changes.sampled();
        addWithin(maxConfusions, sampled.declared(), declared);
        addWithin(maxConfusions, sampled.audited(), audited);
        addAllElse(changes);
        // No tags have no confidence, whatever rounding says. Of changes that would be wrong: as many come as go.
        bins.replaceAll(bin -> bin.count() == 0 ? NO_TAGS : bin);
    }

    private static void addWithin(int maxTruths, Map<String, Weights> changes, Map<String, Weights> sums) {
        changes.forEach((truth, weights) -> {
            Weights own = sums.get(truth);
            boolean hasOwn =
                    own == null ? weights.tags() > 0 && sums.size() < maxTruths : own.tags() + weights.tags() >= 0;
            sums.merge(hasOwn ? truth : OTHER_TRUTHS, weights, Weights::plus);
        });
        // What was taken back there may have been counted as of others, so that the weights do not cancel each other.
        Weights rest = Weights.NONE;
        Iterator<Weights> all = sums.values().iterator();
        while (all.hasNext()) {
            Weights one = all.next();
            if (one.tags() == 0) {
                rest = rest.plus(one);
                all.remove();
            }
        }
        if (Math.abs(rest.weight()) > ROUNDING) {
            sums.merge(OTHER_TRUTHS, rest, Weights::plus);
        }
    }

    private void addTo(String truth, String label, long count) {
        if (count != 0) {
            addTo(confusion.computeIfAbsent(truth, t -> new HashMap<>()), label, count);
        }
    }

    private void addAllElse(AccuracyCounts counts) {
        counts.tagged().forEach((label, count) -> addTo(tagged, label, count));
        for (int i = 0; i < counts.ranks().size(); i++) {
            addTo(ranks, i, counts.ranks().get(i));
        }
        for (int i = 0; i < counts.bins().size(); i++) {
            addTo(bins, i, counts.bins().get(i));
        }
        for (int i = 0; i < counts.confidences().size(); i++) {
            addTo(confidences, i, counts.confidences().get(i));
        }
        for (int i = 0; i < counts.brightness().size(); i++) {
            addTo(brightness, i, counts.brightness().get(i));
        }
        for (int i = 0; i < counts.familiarities().size(); i++) {
            addTo(familiarities, i, counts.familiarities().get(i));
        }
        for (int i = 0; i < counts.sampledConfidences().size(); i++) {
            addTo(sampledConfidences, i, counts.sampledConfidences().get(i));
        }
        drawn += counts.drawn();
        labelDelayMillis += counts.labelDelayMillis();
        expectedCorrect += counts.expectedCorrect();
    }

    /** What was counted so far, as it is now. */
    public AccuracyCounts counts() {
        Map<String, Row> rows = new HashMap<>();
        confusion.forEach((truth, row) -> {
            if (!row.isEmpty()) {
                rows.put(truth, new Row(new HashMap<>(row)));
            }
        });
        SampledTags sampled = new SampledTags(declared, audited, untilLast(sampledConfidences, 0L), drawn, heaviest);
        return new AccuracyCounts(
                new HashMap<>(tagged),
                rows,
                untilLast(ranks, 0L),
                untilLast(bins, NO_TAGS),
                labelDelayMillis,
                untilLast(confidences, 0L),
                untilLast(brightness, 0L),
                expectedCorrect,
                new ArrayList<>(sampled.truths()),
                sampled.sums(),
                sampled.confidences(),
                drawn,
                heaviest,
                untilLast(familiarities, 0L));
    }

    /** The one of so many bins of equal width, from 0 to 1, that a share lies in. */
    public static int binOf(double share, int bins) {
        return (int) Math.max(0, Math.min(bins - 1L, (long) (share * bins)));
    }

    /** Without what is zero at the end, so that equal counts are equal however they came about. */
    private static <T> List<T> untilLast(List<T> counts, T zero) {
        int end = counts.size();
        while (end > 0 && counts.get(end - 1).equals(zero)) {
            end--;
        }
        return new ArrayList<>(counts.subList(0, end));
    }

    /** What is taken back wholly leaves no zero behind: labels may come and go for years. */
    private static void addTo(Map<String, Long> counts, String label, long count) {
        counts.merge(label, count, (a, b) -> a + b == 0 ? null : Long.valueOf(a + b));
    }

    private static void addTo(List<Long> counts, int index, long count) {
        while (counts.size() <= index) {
            counts.add(0L);
        }
        counts.set(index, counts.get(index) + count);
    }

    private static void addTo(List<Bin> bins, int index, Bin bin) {
        while (bins.size() <= index) {
            bins.add(NO_TAGS);
        }
        bins.set(index, bins.get(index).plus(bin));
    }
}
