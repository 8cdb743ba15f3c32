package org.catalogtagger.streaming.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Familiarity;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.ExpectedAccuracy;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * How far the accuracy that is expected without labels is from the one that is: a model of the images to 2011, of whose images of later
 * years one half is its test and tags are drawn from the other, in 200 mixes of classes, all as likely; darkened; and of classes that
 * it does not know. Beside it, what confidence alone expects. See {@link YearsOfCatalogue}.
 */
public final class ExpectedAccuracyBenchmark {
    private static final int MIXES = 200;
    private static final int TAGS = 2000;
    private static final int FEWEST_IMAGES = 10;
    private static final double DARK = 0.4;
    private static final int SEED = 19;

    private final ModelBundle model;
    private final List<Tag> test = new ArrayList<>();
    private final List<List<Tag>> drawn = new ArrayList<>();
    private final List<Tag> darkened = new ArrayList<>();
    private final List<Tag> unknown = new ArrayList<>();
    private final Figures figures = new Figures();

    /** A model's answer. */
    private record Tag(int truth, float brightness, Prediction prediction) {
        boolean isRight() {
            return prediction.best() == truth;
        }
    }

    private ExpectedAccuracyBenchmark(ModelBundle model) {
        this.model = model;
    }

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Path work = Files.createTempDirectory("bench");
        try {
            YearsOfCatalogue years = YearsOfCatalogue.find();
            ExpectedAccuracyBenchmark bench = new ExpectedAccuracyBenchmark(ModelBundle.open(years.model(work)));
            bench.tag(years, work);
            bench.measure();
            bench.figures.write(arguments);
        } finally {
            AtomicDirectory.deleteRecursively(work);
        }
        System.exit(0);
    }

    private void tag(YearsOfCatalogue years, Path work) throws Exception {
        List<Image> later = new ArrayList<>(years.later(model, work));
        Collections.shuffle(later, new Random(SEED));
        List<String> classes = model.description().classes();
        classes.forEach(c -> drawn.add(new ArrayList<>()));
        try (Classifier classifier = Classifier.load(model)) {
            for (int i = 0; i < later.size(); i++) {
                int truth = classes.indexOf(years.classOf(later.get(i).entry()));
                byte[] pixels = later.get(i).pixels();
                Tag tag = tag(classifier, truth, pixels);
                if (truth < 0) {
                    unknown.add(tag);
                } else if (i % 2 == 0) {
                    test.add(tag);
                } else {
                    drawn.get(truth).add(tag);
                    for (int p = 0; p < pixels.length; p++) {
                        pixels[p] = (byte) Math.round(DARK * Byte.toUnsignedInt(pixels[p]));
                    }
                    darkened.add(tag(classifier, truth, pixels));
                }
            }
        }
        figures.add("test", test.size(), "images of later years");
        figures.add("others", darkened.size(), "which tags are drawn from");
    }

    private static Tag tag(Classifier classifier, int truth, byte[] pixels) {
        return new Tag(
                truth,
                Brightness.meanLevel(pixels),
                classifier.classify(List.of(pixels)).get(0));
    }

    private void measure() {
        ConfusionMatrix confusion = new ConfusionMatrix(model.description().classes());
        test.forEach(tag -> confusion.add(tag.truth(), tag.prediction().best()));
        ModelBaseline baseline = ModelBaseline.of("v1", confusion, Brightness.UNKNOWN, Calibration.UNKNOWN);
        ExpectedAccuracy expected = new ExpectedAccuracy(baseline.classes(), baseline.wrong());
        Calibration calibration = Calibration.of(test.stream()
                .map(tag -> new Calibration.Answer(confidence(tag), tag.isRight()))
                .toList());
        Familiarity familiarity = Familiarity.of(
                model.description().classes().size(),
                test.stream()
                        .map(tag -> new Familiarity.Answer(
                                tag.prediction().best(), tag.prediction().logSumExp()))
                        .toList());
        SplittableRandom random = new SplittableRandom(SEED);
        double off = 0;
        double offByConfidence = 0;
        double held = 0;
        double width = 0;
        for (int mix = 0; mix < MIXES; mix++) {
            List<Tag> tags = mixed(random);
            AccuracyCounts counts = counts(tags, calibration, familiarity);
            double accuracy = accuracy(tags);
            Expectation found = expected.of(counts);
            off += Math.abs(found.accuracy() - accuracy) / MIXES;
            offByConfidence += Math.abs(Expectation.byConfidence(counts).accuracy() - accuracy) / MIXES;
            held += (found.lower() <= accuracy && accuracy <= found.upper() ? 1.0 : 0) / MIXES;
            width += (found.upper() - found.lower()) / MIXES;
        }
        figures.add("offOverMixes", off, "mean over %d mixes of %,d tags".formatted(MIXES, TAGS));
        figures.add("offByConfidence", offByConfidence, "the same by confidence alone");
        figures.add("intervalsHold", held, "the accuracy that was; on average they are %.3f wide".formatted(width));
        tell("dark", darkened, expected, calibration, familiarity);
        tell("unknown", unknown, expected, calibration, familiarity);
    }

    private void tell(
            String what, List<Tag> tags, ExpectedAccuracy expected, Calibration calibration, Familiarity familiarity) {
        AccuracyCounts counts = counts(tags, calibration, familiarity);
        Expectation found = expected.of(counts);
        figures.add(
                what + "Expected",
                found.accuracy(),
                "%.3f to %.3f; by confidence %.3f; there were %.3f"
                        .formatted(
                                found.lower(),
                                found.upper(),
                                Expectation.byConfidence(counts).accuracy(),
                                accuracy(tags)));
        figures.add(what + "Off", Math.abs(found.accuracy() - accuracy(tags)), "");
    }

    /** All mixes of the classes that have images are as likely: shares of a stick that is broken at random. */
    private List<Tag> mixed(SplittableRandom random) {
        double[] until = new double[drawn.size()];
        double sum = 0;
        for (int i = 0; i < until.length; i++) {
            sum += drawn.get(i).size() < FEWEST_IMAGES ? 0 : -Math.log(1 - random.nextDouble());
            until[i] = sum;
        }
        List<Tag> tags = new ArrayList<>();
        while (tags.size() < TAGS) {
            double at = sum * random.nextDouble();
            int truth = 0;
            while (until[truth] <= at) {
                truth++;
            }
            List<Tag> own = drawn.get(truth);
            tags.add(own.get(random.nextInt(own.size())));
        }
        return tags;
    }

    private static AccuracyCounts counts(List<Tag> tags, Calibration calibration, Familiarity familiarity) {
        AccuracyCounter counter = new AccuracyCounter();
        for (Tag tag : tags) {
            counter.countTagged(new TagOutcome(
                    "v1",
                    "",
                    0,
                    confidence(tag),
                    List.of(tag.prediction().label()),
                    (float) calibration.accuracyAt(confidence(tag)),
                    Math.round(tag.brightness()),
                    false,
                    familiarity.of(tag.prediction().best(), tag.prediction().logSumExp()),
                    "",
                    0));
        }
        return counter.counts();
    }

    private static float confidence(Tag tag) {
        return tag.prediction().probability(tag.prediction().best());
    }

    private static double accuracy(List<Tag> tags) {
        return (double) tags.stream().filter(Tag::isRight).count() / tags.size();
    }
}
