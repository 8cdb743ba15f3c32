package org.catalogtagger.training.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Familiarity;
import org.catalogtagger.model.bundle.ModelDescription.TestMetrics;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * What a classifier made of labelled images.
 *
 * @param images whose labels index the classifier's classes
 * @param predictions one per image, in their order
 * @param confusion the count of both
 */
public record Evaluation(List<Image> images, List<Prediction> predictions, ConfusionMatrix confusion) {
    /** Images in one forward pass: enough to keep the cores busy, little memory; not tuned. */
    private static final int BATCH = 256;

    private static final float NO_SPREAD = 1e-3f;

    public Evaluation {
        images = List.copyOf(images);
        predictions = List.copyOf(predictions);
    }

    /**
     * Classifies the images.
     *
     * @param images whose labels index the classifier's classes
     * @param classified told how many images are done
     */
    public static Evaluation of(Classifier classifier, List<Image> images, IntConsumer classified) {
        List<Prediction> predictions = predictions(classifier, images, classified);
        ConfusionMatrix confusion = new ConfusionMatrix(classifier.classes());
        for (int i = 0; i < images.size(); i++) {
            confusion.add(images.get(i).label(), predictions.get(i).best());
        }
        return new Evaluation(images, predictions, confusion);
    }

    /**
     * What a classifier says of images, one prediction each, whatever their labels.
     *
     * @param classified told how many images are done
     */
    public static List<Prediction> predictions(Classifier classifier, List<Image> images, IntConsumer classified) {
        List<Prediction> predictions = new ArrayList<>(images.size());
        int capacity = ImageBatch.capacity(BATCH, classifier.size());
        try (ImageBatch batch = classifier.newBatch(capacity)) {
            for (int start = 0; start < images.size(); start += capacity) {
                List<Image> members = images.subList(start, Math.min(start + capacity, images.size()));
                batch.clear();
                members.forEach(image -> batch.add(image.pixels()));
                predictions.addAll(classifier.classify(batch));
                classified.accept(start + members.size());
            }
        }
        return predictions;
    }

    /** Whether the classifier was right as often as it said it was. */
    public Calibration calibration() {
        List<Calibration.Answer> answers = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            int answer = predictions.get(i).best();
            answers.add(new Calibration.Answer(
                    predictions.get(i).probability(answer),
                    answer == images.get(i).label()));
        }
        return Calibration.of(answers);
    }

    /** What a bundle says of it. */
    public TestMetrics metrics() {
        return new TestMetrics(
                confusion.accuracy(),
                confusion.macroRecall(),
                images.size(),
                calibration(),
                Brightness.of(images.stream().map(Image::pixels)),
                familiarity());
    }

    /** How much of what it knows the classifier saw in them; not known if it is the same in all. */
    public Familiarity familiarity() {
        float first = predictions.isEmpty() ? Float.NaN : predictions.get(0).logSumExp();
        // So it is of a program that answers with probabilities, or with logarithms of them.
        if (predictions.stream().allMatch(prediction -> Math.abs(prediction.logSumExp() - first) <= NO_SPREAD)) {
            return Familiarity.UNKNOWN;
        }
        return Familiarity.of(
                confusion.classes().size(),
                predictions.stream()
                        .map(prediction -> new Familiarity.Answer(prediction.best(), prediction.logSumExp()))
                        .toList());
    }

    /**
     * Makes sure that a model has answered images.
     *
     * @param model how the message calls it
     * @throws CommandException naming an image on which it fails
     */
    public static void requireAnswers(List<Image> images, List<Prediction> predictions, String model) {
        for (int i = 0; i < images.size(); i++) {
            if (!predictions.get(i).isAnswer()) {
                throw new CommandException("%s fails on the image %s"
                        .formatted(model, images.get(i).entry().file()));
            }
        }
    }
}
