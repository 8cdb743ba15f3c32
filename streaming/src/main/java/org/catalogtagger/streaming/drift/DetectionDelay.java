package org.catalogtagger.streaming.drift;

import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * How soon a fall of a class' accuracy by 20 points, of one that is below 40 % by half, would be told of if it began now: the fewest labels whose
 * evidence is enough, if as many of them are right as is to be expected. About half of all falls are found sooner.
 *
 * @param labels of the class from the fall on; empty if more than {@link #LONGEST}
 * @param missing labels, as right as is to be expected, that must come before the fall so that it is; 0 if none; {@link #MOST_MISSING} if as many
 *     or more
 */
public record DetectionDelay(OptionalInt labels, int missing) {
    /** A fall that takes more labels to find cannot be watched for. */
    public static final int LONGEST = 1000;

    /** No more are looked for. */
    public static final int MOST_MISSING = 100_000;

    private static final double POINTS = 0.2;
    private static final double LARGEST_PART = 0.5;

    /**
     * What is known of a class before a fall.
     *
     * @param share its accuracy
     * @param learned tags that it has learned from beside the test, each counted once
     * @param own images of its own in the test, and tags
     * @param ownRight those of them that are right
     */
    record Known(BetaShare share, double learned, double own, double ownRight) {
        /** As much more, with as many right as is to be expected. */
        private Known with(double labels, double dispersion) {
            double right = labels * share.mean();
            return new Known(
                    share.with(labels / dispersion, right / dispersion),
                    learned + labels,
                    own + labels,
                    ownRight + right);
        }
    }

    static DetectionDelay of(Known known, double dispersion, FalseAlarms falseAlarms) {
        OptionalInt labels = labels(known, dispersion, falseAlarms);
        int missing = labels.isPresent()
                ? 0
                : fewest(MOST_MISSING, more -> labels(known.with(more, dispersion), dispersion, falseAlarms)
                                .isPresent())
                        .orElse(MOST_MISSING);
        return new DetectionDelay(labels, missing);
    }

    private static OptionalInt labels(Known known, double dispersion, FalseAlarms falseAlarms) {
        double before = known.share.mean();
        double after = before - Math.min(POINTS, LARGEST_PART * before);
        // What is no worse than the class itself was is no fall of it, whatever it borrows.
        if (known.own > 0 && after * known.own >= known.ownRight) {
            return OptionalInt.empty();
        }
        return fewest(LONGEST, labels -> {
            double[] overThreshold = new double[FalseAlarms.falls()];
            for (int i = 0; i < overThreshold.length; i++) {
                BetaShare fallen = known.share.fallenFrom(FalseAlarms.logits(i));
                double divergence = BetaShare.divergence(before, fallen.mean()) / dispersion;
                overThreshold[i] =
                        fallen.logLikelihoodOver(known.share, labels / dispersion, labels * after / dispersion)
                                - falseAlarms.logThreshold(divergence, known.learned);
            }
            return FalseAlarms.mixture(overThreshold) >= 0;
        });
    }

    /** The fewest that are enough, where more are no less so. */
    private static OptionalInt fewest(int most, IntPredicate isEnough) {
        int tooFew = 0;
        int enough = 1;
        while (!isEnough.test(enough)) {
            if (enough == most) {
                return OptionalInt.empty();
            }
            tooFew = enough;
            enough = Math.min(most, 2 * enough);
        }
        while (enough - tooFew > 1) {
            int middle = (tooFew + enough) / 2;
            if (isEnough.test(middle)) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        return OptionalInt.of(enough);
    }
}
