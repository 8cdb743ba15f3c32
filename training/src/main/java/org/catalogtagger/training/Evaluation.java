package org.catalogtagger.training;

import java.util.List;
import java.util.function.IntConsumer;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ConfusionMatrix;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** How right a classifier is on labelled images. */
public final class Evaluation {
    /** Images in one forward pass: enough to keep the cores busy, little memory; not tuned. */
    private static final int BATCH = 256;

    private Evaluation() {}

    /**
     * Classifies the images and counts.
     *
     * @param images whose labels index the classifier's classes
     * @param classified told how many images are done
     */
    public static ConfusionMatrix evaluate(Classifier classifier, List<Image> images, IntConsumer classified) {
        ConfusionMatrix confusion = new ConfusionMatrix(classifier.classes());
        ImageBatch batch = classifier.newBatch(BATCH);
        for (int start = 0; start < images.size(); start += BATCH) {
            List<Image> members = images.subList(start, Math.min(start + BATCH, images.size()));
            batch.clear();
            members.forEach(image -> batch.add(image.pixels()));
            List<Prediction> predictions = classifier.classify(batch);
            for (int i = 0; i < members.size(); i++) {
                confusion.add(members.get(i).label(), predictions.get(i).best());
            }
            classified.accept(start + members.size());
        }
        return confusion;
    }
}
