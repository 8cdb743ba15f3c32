package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.catalogtagger.RealData;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * Whether the data path keeps the model waiting: an epoch of the recipe compact on the real images against as many steps
 * on one batch that is there already, in turns; and how fast the images are packed, their files in the page cache.
 */
public final class TrainingEpochBenchmark {
    private static final int PACKINGS = 5;

    /** On a shared machine one in five is off by a tenth. */
    private static final int ROUNDS = 15;

    /** Rounds before those, in which the compiler runs beside. */
    private static final int WARM_UP = 3;

    private static final int CLASSES = 52;

    private TrainingEpochBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws IOException {
        Figures figures = new Figures();
        ImageFolder folder = ImageFolder.scan(RealData.requireFolder());
        Recipe recipe = Recipe.named("compact");
        Path cache = Files.createTempDirectory("training-epoch");
        try {
            figures.add(
                    "packedImagesPerSecond", packing(folder, cache), "files of 60x80 read, hashed, decoded, written");
            LabelledImages data =
                    LabelledImages.load(folder, recipe.framing(), ImageLimits.DEFAULT, 0, cache, done -> {});
            figures.add("epochOverSteps", epochOverSteps(recipe, data.images()), "an epoch against its steps alone");
        } finally {
            AtomicDirectory.deleteRecursively(cache);
        }
        figures.write(arguments);
    }

    private static double packing(ImageFolder folder, Path cache) throws IOException {
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round <= PACKINGS; round++) {
            Path own = Files.createDirectory(cache.resolve("round" + round));
            long start = System.nanoTime();
            LabelledImages.load(folder, Framing.squash(ImageSize.NOTEBOOK), ImageLimits.DEFAULT, 0, own, done -> {});
            double rate = folder.images().size() / ((System.nanoTime() - start) / 1e9);
            if (round > 0) {
                rates.add(rate);
                System.out.printf(Locale.ROOT, "  round %d: %,.0f images/s packed%n", round, rate);
            }
            AtomicDirectory.deleteRecursively(own);
        }
        return median(rates);
    }

    private static double epochOverSteps(Recipe recipe, List<Image> images) {
        Normalization normalization = recipe.normalization()
                .fit(() -> images.stream().limit(1000).map(Image::pixels).iterator());
        ClassFrequencies frequencies = new ClassFrequencies(images, CLASSES);
        List<Double> ratios = new ArrayList<>();
        try (NDManager manager = PyTorch.newManager();
                BatchSource batches = new BatchSource(recipe, normalization, images, frequencies.weights(0), 1)) {
            Network network = Network.untrained(recipe.architecture(CLASSES), recipe.initialization(), manager);
            NDList weights = new NDList();
            network.trainable().stream().map(Parameter::getArray).forEach(weights::add);
            TrainingStep step = new TrainingStep(
                    network, Optimizer.of(recipe.optimizer(), weights, manager), frequencies.logitShifts(0), manager);
            int steps = batches.batchesPerEpoch();
            for (int round = 1 - WARM_UP; round <= ROUNDS; round++) {
                batches.start(round + WARM_UP);
                long start = System.nanoTime();
                for (int i = 0; i < steps; i++) {
                    step.take(batches.next(), new Optimizer.Step(1e-4, i + 1));
                }
                long afterEpoch = System.nanoTime();
                batches.start(round + WARM_UP);
                TrainingBatch batch = batches.next();
                long beforeSteps = System.nanoTime();
                for (int i = 0; i < steps; i++) {
                    step.take(batch, new Optimizer.Step(1e-4, i + 1));
                }
                double ratio = (double) (afterEpoch - start) / (System.nanoTime() - beforeSteps);
                if (round > 0) {
                    ratios.add(ratio);
                    System.out.printf(
                            Locale.ROOT,
                            "  round %d: an epoch of %d steps in %.2f s, %.3f of its steps alone%n",
                            round,
                            steps,
                            (afterEpoch - start) / 1e9,
                            ratio);
                }
            }
        }
        return median(ratios);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
