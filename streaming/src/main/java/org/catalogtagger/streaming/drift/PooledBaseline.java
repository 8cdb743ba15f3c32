package org.catalogtagger.streaming.drift;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;

/**
 * What a model's test says of the accuracy of each class in a stream. A class of few images borrows from the others: a
 * beta-binomial hierarchy, fitted by moments (Kleinman, 1973, Proportions with Extraneous Variance, equation 2.3).
 */
final class PooledBaseline {
    /**
     * How far an accuracy in a stream may be from the test's though nothing is wrong: labels have faults, and a test is no
     * sample of the stream. A standard deviation.
     */
    private static final double TEST_IS_OFF_BY = 0.015;

    /** Where accuracy is higher, that is a larger part of the errors yet: no test counts more than this lets it. */
    private static final double HIGHEST = 0.98;

    private static final double FEWEST_BORROWED = 2;
    private static final double MOST_BORROWED = 100;

    /** Of a class that there is no test of: as good as nothing is known. */
    static final BetaShare UNKNOWN = new BetaShare(1.6, 0.4);

    private PooledBaseline() {}

    static Map<String, BetaShare> of(List<ClassAccuracy> test) {
        double images = 0;
        double right = 0;
        double squares = 0;
        int classes = 0;
        for (ClassAccuracy ofClass : test) {
            images += ofClass.support();
            right += ofClass.correct();
            squares += (double) ofClass.support() * ofClass.support();
            classes += ofClass.support() > 0 ? 1 : 0;
        }
        Map<String, BetaShare> baselines = new HashMap<>();
        if (images == 0) {
            test.forEach(ofClass -> baselines.put(ofClass.label(), UNKNOWN));
            return baselines;
        }
        double mean = (right + UNKNOWN.right()) / (images + UNKNOWN.tags());
        double borrowed = borrowed(test, mean, images, squares, classes);
        for (ClassAccuracy ofClass : test) {
            BetaShare share = new BetaShare(borrowed * mean, borrowed * (1 - mean));
            baselines.put(ofClass.label(), tested(share, ofClass.support(), ofClass.correct()));
        }
        return baselines;
    }

    /** A share with images of the test, which count for no more than a test can. */
    static BetaShare tested(BetaShare share, long images, long right) {
        double tested = images;
        double testedRight = right;
        double likely = Math.min(HIGHEST, share.with(tested, testedRight).mean());
        double most = likely * (1 - likely) / (TEST_IS_OFF_BY * TEST_IS_OFF_BY);
        double weight = tested == 0 ? 0 : Math.min(1, most / tested);
        return share.with(weight * tested, weight * testedRight);
    }

    /** How many images of the others are worth as much as the knowledge that a class is one of them. */
    private static double borrowed(List<ClassAccuracy> test, double mean, double images, double squares, int classes) {
        double spread = 0;
        for (ClassAccuracy ofClass : test) {
            if (ofClass.support() > 0) {
                double off = (double) ofClass.correct() / ofClass.support() - mean;
                spread += ofClass.support() * off * off;
            }
        }
        double alike = classes - 1;
        double degrees = images - squares / images - alike;
        if (degrees < 1) {
            // One class, or an image of each: how alike classes are is not to be seen.
            return FEWEST_BORROWED;
        }
        double correlation = (spread / (mean * (1 - mean)) - alike) / degrees;
        if (correlation <= 0) {
            return MOST_BORROWED;
        }
        return Math.max(FEWEST_BORROWED, Math.min(MOST_BORROWED, (1 - correlation) / correlation));
    }
}
