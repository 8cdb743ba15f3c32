package org.catalogtagger.training.fit;

import java.util.List;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** What a loss makes of the classes' unequal sizes. */
final class ClassFrequencies {
    private final int[] images;
    private final int total;

    ClassFrequencies(List<Image> trainingImages, int classes) {
        images = new int[classes];
        trainingImages.forEach(image -> images[image.label()]++);
        total = trainingImages.size();
    }

    /**
     * What each class counts in the loss.
     *
     * @param balance 0 to 1, see {@link Recipe}
     * @return weights that are 1 on average over the training images
     */
    float[] weights(double balance) {
        double[] raw = new double[images.length];
        double sum = 0;
        for (int i = 0; i < raw.length; i++) {
            raw[i] = Math.pow(Math.max(1, images[i]), -balance);
            sum += raw[i] * images[i];
        }
        float[] weights = new float[raw.length];
        for (int i = 0; i < raw.length; i++) {
            weights[i] = (float) (raw[i] * total / sum);
        }
        return weights;
    }

    /**
     * What is added to each class' logit in training.
     *
     * @param adjustment 0 to 1, see {@link Recipe}
     */
    float[] logitShifts(double adjustment) {
        float[] shifts = new float[images.length];
        for (int i = 0; i < shifts.length; i++) {
            shifts[i] = (float) (adjustment * Math.log((double) Math.max(1, images[i]) / total));
        }
        return shifts;
    }
}
