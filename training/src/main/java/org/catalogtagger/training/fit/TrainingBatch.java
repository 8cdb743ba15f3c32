package org.catalogtagger.training.fit;

import java.util.Arrays;
import org.catalogtagger.model.ImageBatch;

/** One step's images, normalized, and their targets; filled and refilled. */
final class TrainingBatch {
    private final ImageBatch images;
    private final int classes;
    private final float[] targets;
    private final int[] labels;

    TrainingBatch(ImageBatch images, int capacity, int classes) {
        this.images = images;
        this.classes = classes;
        this.targets = new float[capacity * classes];
        this.labels = new int[capacity];
    }

    ImageBatch images() {
        return images;
    }

    int size() {
        return images.size();
    }

    /** The class that an image is mostly of. */
    int label(int image) {
        return labels[image];
    }

    /** Target distributions, {@code [size, classes]}, row by row. */
    float[] targets() {
        return Arrays.copyOf(targets, size() * classes);
    }

    void clear() {
        images.clear();
        Arrays.fill(targets, 0);
    }

    /**
     * Adds a normalized image with its target.
     *
     * @param weights what each class counts in the loss
     * @param smoothing share of the target spread over all classes
     * @param share of the target that is the label's, the rest being the other label's
     */
    void add(float[] row, int label, int otherLabel, double share, float[] weights, double smoothing) {
        int image = size();
        int start = image * classes;
        for (int i = 0; i < classes; i++) {
            targets[start + i] = (float) (smoothing / classes) * weights[i];
        }
        targets[start + label] += (float) ((1 - smoothing) * share) * weights[label];
        targets[start + otherLabel] += (float) ((1 - smoothing) * (1 - share)) * weights[otherLabel];
        labels[image] = share >= 0.5 ? label : otherLabel;
        images.addNormalized(row);
    }
}
