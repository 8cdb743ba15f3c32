package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of what it knows a model sees in the images of its test: the logarithm of the sum of the exponentials of the logits, which
 * is the negative energy of Liu et al. (2020, Energy-based Out-of-distribution Detection, equation 4). It is low for what the
 * model has not learned. What is usual differs from answer to answer.
 *
 * @param ofAnswers per answer, in the order of the classes, {@value #QUANTILES} quantiles over the images that got it, from the least
 *     to the greatest at equal steps; none of one that was given to fewer than {@value #FEWEST}
 * @param ofRare the same over the images of all those; none of fewer than {@value #FEWEST}
 */
public record Familiarity(
        @JsonProperty(required = true) List<List<Float>> ofAnswers, @JsonProperty(required = true) List<Float> ofRare) {
    /** Of images of which it is not known. */
    public static final Familiarity UNKNOWN = new Familiarity(List.of(), List.of());

    /** At 0, 5, …, 95 and 100 %. */
    private static final int QUANTILES = 21;

    private static final int FEWEST = 40;

    public Familiarity {
        ofAnswers = Names.requirePresent("ofAnswers", ofAnswers).stream()
                .map(List::copyOf)
                .toList();
        ofRare = List.copyOf(Names.requirePresent("ofRare", ofRare));
        if (ofAnswers.size() > ModelDescription.MAX_CLASSES
                || !areQuantiles(ofRare)
                || !ofAnswers.stream().allMatch(Familiarity::areQuantiles)) {
            throw new IllegalArgumentException(
                    "the familiarity of images is none or %d numbers that do not fall, per answer and of the rare"
                            .formatted(QUANTILES));
        }
    }

    private static boolean areQuantiles(List<Float> values) {
        for (int i = 0; i < values.size(); i++) {
            if (!Float.isFinite(values.get(i)) || (i > 0 && values.get(i) < values.get(i - 1))) {
                return false;
            }
        }
        return values.isEmpty() || values.size() == QUANTILES;
    }

    /**
     * An answer of a model.
     *
     * @param label its index
     * @param logSumExp of the logits
     */
    public record Answer(int label, float logSumExp) {}

    /** That of a model's answers to the images of its test. */
    public static Familiarity of(int classes, List<Answer> answers) {
        List<List<Float>> ofAnswers = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            int wanted = label;
            List<Answer> own =
                    answers.stream().filter(answer -> answer.label() == wanted).toList();
            ofAnswers.add(own.size() < FEWEST ? List.of() : quantiles(own));
        }
        List<Answer> rare = answers.stream()
                .filter(answer -> ofAnswers.get(answer.label()).isEmpty())
                .toList();
        return new Familiarity(ofAnswers, rare.size() < FEWEST ? List.of() : quantiles(rare));
    }

    private static List<Float> quantiles(List<Answer> answers) {
        List<Float> sorted = answers.stream().map(Answer::logSumExp).sorted().toList();
        List<Float> quantiles = new ArrayList<>();
        for (int i = 0; i < QUANTILES; i++) {
            quantiles.add(sorted.get((int) ((long) i * (sorted.size() - 1) / (QUANTILES - 1))));
        }
        return quantiles;
    }

    /**
     * The share of the test's images with the same answer (of a rare one: with any of those) that the model saw less in, 0 to
     * 1; not a number if that is not known.
     */
    public float of(int label, float logSumExp) {
        List<Float> quantiles =
                label < ofAnswers.size() && !ofAnswers.get(label).isEmpty() ? ofAnswers.get(label) : ofRare;
        if (quantiles.isEmpty() || Float.isNaN(logSumExp)) {
            return Float.NaN;
        }
        int above = 0;
        while (above < QUANTILES && quantiles.get(above) <= logSumExp) {
            above++;
        }
        if (above == 0) {
            return 0;
        }
        if (above == QUANTILES) {
            return 1;
        }
        float lower = quantiles.get(above - 1);
        float between = (logSumExp - lower) / (quantiles.get(above) - lower);
        return (above - 1 + between) / (QUANTILES - 1);
    }
}
