package org.catalogtagger.streaming.drift;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;

/** Tags whose truth is known, by truth; and of them and all, by confidence. Not thread-safe. */
final class LabelledTags {
    private static final double ROUNDING = 1e-6;

    /** Of which each is told by itself: as many classes as a model may have, and some others. State is bounded, also where people write labels as they like. */
    private static final int MOST_TRUTHS = ModelDescription.MAX_CLASSES + 1000;

    /** Of truth and label, likewise. */
    private static final int MOST_PAIRS = 10_000;

    private static final Bin NO_TAGS = new Bin(0, 0, 0);

    /** Those that each stand for themselves: tags, and those of them that are right. */
    private final Map<String, long[]> byTruth = new HashMap<>();

    /** Those that declare with what probability they were chosen. */
    private final Map<String, Weights> declared = new HashMap<>();

    /** Wrong ones that each stand for themselves, by truth and then by the label given. */
    private final Map<String, Map<String, Long>> wrong = new HashMap<>();

    private double heaviest;

    /** Tags that these, or more of them, are the labelled ones of. */
    private long expected;

    /**
     * All that are labelled, by confidence; declared ones and those of an audit too, for of each confidence it is known of all together alone how
     * many are right.
     */
    private List<Bin> bins = List.of();

    private final long[] labelledByConfidence = new long[AccuracyCounts.BINS];
    private final long[] taggedByConfidence = new long[AccuracyCounts.BINS];

    /** Tags that the job did not draw for an audit; of those that are labelled it is not known how they were chosen unless it is declared. */
    static LabelledTags notAudited(AccuracyCounts counts) {
        LabelledTags tags = new LabelledTags();
        SampledTags sampled = counts.sampled();
        counts.confusion().forEach((truth, row) -> {
            long all = row.labels().values().stream().mapToLong(Long::longValue).sum();
            tags.addTo(truth, all, counts.count(truth, truth));
            // Those that were drawn for an audit too: they are a random sample of their truth.
            row.labels().forEach((label, count) -> tags.addWrong(truth, label, count));
        });
        sampled.declared().forEach((truth, some) -> tags.addTo(truth, -some.tags(), -some.right()));
        sampled.audited().forEach((truth, some) -> tags.addTo(truth, -some.tags(), -some.right()));
        tags.declared.putAll(sampled.declared());
        tags.heaviest = sampled.heaviest();
        for (int i = 0; i < counts.bins().size(); i++) {
            tags.labelledByConfidence[i] = counts.bins().get(i).count();
        }
        for (int i = 0; i < sampled.confidences().size(); i++) {
            tags.labelledByConfidence[i] -= sampled.confidences().get(i);
        }
        for (int i = 0; i < counts.confidences().size(); i++) {
            tags.taggedByConfidence[i] = counts.confidences().get(i);
        }
        tags.expected = counts.taggedCount() - sampled.drawn();
        tags.bins = tags.hasLabels() ? counts.bins() : List.of();
        return tags;
    }

    /**
     * Those that the job drew for an audit: a random sample by themselves. How many of each confidence are right is known where no others are
     * labelled.
     */
    static LabelledTags audited(AccuracyCounts counts) {
        LabelledTags tags = new LabelledTags();
        SampledTags sampled = counts.sampled();
        sampled.audited().forEach((truth, some) -> tags.addTo(truth, some.tags(), some.right()));
        tags.expected = sampled.drawn();
        tags.bins = notAudited(counts).hasLabels() ? List.of() : counts.bins();
        return tags;
    }

    private void addTo(String truth, long tags, long right) {
        long[] sum = byTruth.computeIfAbsent(truth, t -> new long[2]);
        sum[0] += tags;
        sum[1] += right;
        if (sum[0] == 0 && sum[1] == 0) {
            byTruth.remove(truth);
        }
    }

    private void addWrong(String truth, String label, long tags) {
        if (!truth.equals(label)) {
            Map<String, Long> ofTruth = wrong.computeIfAbsent(truth, t -> new HashMap<>());
            if (ofTruth.merge(label, tags, Long::sum) == 0) {
                ofTruth.remove(label);
            }
            if (ofTruth.isEmpty()) {
                wrong.remove(truth);
            }
        }
    }

    /**
     * Adds others. Once there are very many truths or pairs, further ones are counted as those of {@value AccuracyCounter#OTHER_TRUTHS}; not those
     * of which some are right, for these are the model's own classes.
     */
    void add(LabelledTags more) {
        more.byTruth.forEach((truth, counts) -> {
            boolean hasOwn = counts[1] > 0 || byTruth.containsKey(truth) || byTruth.size() < MOST_TRUTHS;
            addTo(hasOwn ? truth : AccuracyCounter.OTHER_TRUTHS, counts[0], counts[1]);
        });
        more.declared.forEach((truth, weights) -> {
            boolean hasOwn = weights.right() > 0 || declared.containsKey(truth) || declared.size() < MOST_TRUTHS;
            declared.merge(hasOwn ? truth : AccuracyCounter.OTHER_TRUTHS, weights, Weights::plus);
        });
        declared.values().removeIf(weights -> weights.tags() == 0 && Math.abs(weights.weight()) < ROUNDING);
        addWrong(more.wrong);
        heaviest = Math.max(heaviest, more.heaviest);
        expected += more.expected;
        bins = sum(bins, more.bins);
        for (int i = 0; i < AccuracyCounts.BINS; i++) {
            labelledByConfidence[i] += more.labelledByConfidence[i];
            taggedByConfidence[i] += more.taggedByConfidence[i];
        }
    }

    private void addWrong(Map<String, Map<String, Long>> more) {
        int pairs = wrong.values().stream().mapToInt(Map::size).sum();
        for (Map.Entry<String, Map<String, Long>> ofTruth : more.entrySet()) {
            for (Map.Entry<String, Long> ofLabel : ofTruth.getValue().entrySet()) {
                String truth = ofTruth.getKey();
                String label = ofLabel.getKey();
                boolean isNew = !wrong.getOrDefault(truth, Map.of()).containsKey(label);
                boolean isRoom = pairs < MOST_PAIRS && (wrong.containsKey(truth) || wrong.size() < MOST_TRUTHS);
                addWrong(isNew && !isRoom ? AccuracyCounter.OTHER_TRUTHS : truth, label, ofLabel.getValue());
                pairs += isNew && isRoom ? 1 : 0;
            }
        }
    }

    private static List<Bin> sum(List<Bin> some, List<Bin> more) {
        return IntStream.range(0, Math.max(some.size(), more.size()))
                .mapToObj(i -> of(some, i).plus(of(more, i)))
                .toList();
    }

    private static Bin of(List<Bin> some, int bin) {
        return bin < some.size() ? some.get(bin) : NO_TAGS;
    }

    /** Those that declare their probability alone; which labels wrong ones of them have is not known, nor of each confidence how many are right. */
    LabelledTags declaredOnly() {
        LabelledTags some = new LabelledTags();
        some.declared.putAll(declared);
        some.heaviest = heaviest;
        return some;
    }

    /** The same tags, each of which stands for itself, whatever it declares. */
    LabelledTags eachForItself() {
        LabelledTags all = new LabelledTags();
        all.add(this);
        all.declared.clear();
        all.heaviest = 0;
        declared.forEach((truth, some) -> all.addTo(truth, some.tags(), some.right()));
        return all;
    }

    /** By truth: tags that each stand for themselves, and those of them that are right. */
    Map<String, long[]> byTruth() {
        return byTruth;
    }

    /** By truth: those that stand for others too. */
    Map<String, Weights> declared() {
        return declared;
    }

    /** By truth and label given: wrong ones, of which nobody has chosen some. */
    Map<String, Map<String, Long>> wrong() {
        return wrong;
    }

    /** The largest weight of one of {@link #declared()}. */
    double heaviest() {
        return heaviest;
    }

    /** All that are labelled, by confidence; none if of those that count it is not known. */
    List<Bin> bins() {
        return bins;
    }

    /** Of {@link #byTruth()}. */
    long[] labelledByConfidence() {
        return labelledByConfidence;
    }

    /** Of all tags. */
    long[] taggedByConfidence() {
        return taggedByConfidence;
    }

    /** Tags that may have a label by and by, or have one. */
    long expected() {
        return expected;
    }

    /** Tags that have one. */
    long labelled() {
        return byTruth.values().stream().mapToLong(counts -> counts[0]).sum()
                + SampledTags.sum(declared).tags();
    }

    boolean hasLabels() {
        return !byTruth.isEmpty() || !declared.isEmpty();
    }

    boolean isNothing() {
        return !hasLabels()
                && Arrays.stream(taggedByConfidence).allMatch(count -> count == 0)
                && bins.stream().allMatch(bin -> bin.count() == 0 && bin.correct() == 0);
    }
}
