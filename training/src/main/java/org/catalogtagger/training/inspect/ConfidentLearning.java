package org.catalogtagger.training.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * Labels that are likely wrong, by confident learning (Northcutt, Jiang and Chuang, Confident Learning: Estimating
 * Uncertainty in Dataset Labels, 2021, section 3.1). A class' threshold is the mean probability that out-of-fold models give
 * it for the images that are labelled so: what is above it is as sure as they usually are of that class; a class that none of these models could learn has none. An image that is
 * above the threshold of another class, and more likely of it than of its own, is counted there: a suspect.
 */
final class ConfidentLearning {
    private static final double UNLIKE = 0.5;

    private final OutOfFold outOfFold;
    private final double[] thresholds;

    /** Takes predictions of models that were not fitted on the images. */
    ConfidentLearning(OutOfFold outOfFold, int classes) {
        this.outOfFold = outOfFold;
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < outOfFold.images().size(); i++) {
            int label = outOfFold.images().get(i).label();
            sums[label] += outOfFold.predictions().get(i).probability(label);
            counts[label]++;
        }
        this.thresholds = new double[classes];
        Arrays.setAll(
                thresholds,
                label -> counts[label] == 0 || outOfFold.unlearned().contains(label)
                        ? Double.POSITIVE_INFINITY
                        : sums[label] / counts[label]);
    }

    /**
     * An image that the models take for one of another class.
     *
     * @param suggested index of that class
     * @param margin how much more likely it is than the image's own, 0 to 1
     */
    record Suspect(Image image, int suggested, double margin) {}

    /** The suspects, the surest first. */
    List<Suspect> suspects() {
        List<Suspect> suspects = new ArrayList<>();
        for (int i = 0; i < outOfFold.images().size(); i++) {
            Image image = outOfFold.images().get(i);
            Prediction prediction = outOfFold.predictions().get(i);
            int confident = mostLikelyAboveItsThreshold(prediction);
            if (confident >= 0 && confident != image.label()) {
                double margin = prediction.probability(confident) - prediction.probability(image.label());
                if (margin > 0) {
                    suspects.add(new Suspect(image, confident, margin));
                }
            }
        }
        suspects.sort(Comparator.comparing((Suspect suspect) -> -suspect.margin()));
        return suspects;
    }

    private int mostLikelyAboveItsThreshold(Prediction prediction) {
        int found = -1;
        for (int label = 0; label < thresholds.length; label++) {
            float probability = prediction.probability(label);
            if (probability >= thresholds[label] && (found < 0 || probability > prediction.probability(found))) {
                found = label;
            }
        }
        return found;
    }

    /**
     * An image that is like those of no class.
     *
     * @param likeness its largest probability in units of that class' threshold: 1 is as sure as usual
     */
    record Outlier(Image image, double likeness) {}

    /**
     * Images that are not half as like those of any class as is usual, the least like first. Of a class that could not be learned none can be found.
     */
    List<Outlier> outliers(int limit) {
        List<Outlier> all = new ArrayList<>();
        for (int i = 0; i < outOfFold.images().size(); i++) {
            if (Double.isInfinite(thresholds[outOfFold.images().get(i).label()])) {
                continue;
            }
            double likeness = 0;
            for (int label = 0; label < thresholds.length; label++) {
                likeness = Math.max(likeness, outOfFold.predictions().get(i).probability(label) / thresholds[label]);
            }
            all.add(new Outlier(outOfFold.images().get(i), likeness));
        }
        return all.stream()
                .filter(outlier -> outlier.likeness() < UNLIKE)
                .sorted(Comparator.comparing(Outlier::likeness))
                .limit(limit)
                .toList();
    }
}
