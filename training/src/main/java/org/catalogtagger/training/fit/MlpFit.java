package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.model.Mlp;
import org.catalogtagger.model.Normalization;
import org.catalogtagger.model.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** Fits a network to images by a recipe. */
public final class MlpFit {
    private final Recipe recipe;
    private final Normalization normalization;
    private final int classes;
    private final long seed;
    private final FitListener listener;

    /**
     * A fit that is yet to run.
     *
     * @param seed of the initialization, the order of the images, their mirroring and the dropout
     */
    public MlpFit(Recipe recipe, Normalization normalization, int classes, long seed, FitListener listener) {
        this.recipe = recipe;
        this.normalization = normalization;
        this.classes = classes;
        this.seed = seed;
        this.listener = listener;
    }

    /**
     * Runs all epochs.
     *
     * @param manager owns the network that is returned
     * @throws DivergenceException if the loss becomes infinite or NaN
     */
    public Mlp fit(List<Image> images, NDManager manager) {
        PyTorch.engine().setRandomSeed((int) seed);
        Mlp network = Mlp.untrained(recipe.architecture(classes), recipe.initialization(), manager);
        try (NDManager scope = manager.newSubManager()) {
            fit(images, network, scope);
        }
        return network;
    }

    private void fit(List<Image> images, Mlp network, NDManager manager) {
        Optimizer optimizer = optimizer(images.size());
        Random random = new Random(seed);
        List<Image> order = new ArrayList<>(images);
        ImageBatch batch = new ImageBatch(normalization, recipe.imageSize().pixels(), recipe.batchSize());
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            Collections.shuffle(order, random);
            EpochProgress progress = new EpochProgress(epoch, batchesPerEpoch(images.size()));
            for (int start = 0; start < usable(order.size()); start += recipe.batchSize()) {
                List<Image> members = order.subList(start, Math.min(start + recipe.batchSize(), order.size()));
                progress.add(step(members, batch, network, optimizer, manager, random), members.size());
            }
            progress.end();
        }
    }

    /** One step: forward, loss, backward, update. */
    private StepResult step(
            List<Image> members, ImageBatch batch, Mlp network, Optimizer optimizer, NDManager manager, Random random) {
        batch.clear();
        float[] targets = new float[members.size() * classes];
        int[] labels = new int[members.size()];
        for (int i = 0; i < members.size(); i++) {
            Image image = members.get(i);
            batch.add(recipe.flip() && random.nextBoolean() ? mirrored(image.pixels()) : image.pixels());
            SoftTargetCrossEntropy.putTarget(targets, i, classes, image.label(), recipe.labelSmoothing());
            labels[i] = image.label();
        }
        try (NDManager scope = manager.newSubManager();
                GradientCollector gradients = PyTorch.engine().newGradientCollector()) {
            NDArray target = scope.create(targets, new Shape(members.size(), classes));
            NDArray logits = network.block()
                    .forward(new ParameterStore(scope, false), new NDList(batch.toArray(scope)), true)
                    .singletonOrThrow();
            NDArray loss = SoftTargetCrossEntropy.of(target, logits);
            gradients.backward(loss);
            network.update(optimizer);
            return new StepResult(loss.getFloat(), correct(logits, labels));
        }
    }

    private static int correct(NDArray logits, int[] labels) {
        try (NDArray best = logits.argMax(1).toType(DataType.INT64, false)) {
            long[] predicted = best.toLongArray();
            int correct = 0;
            for (int i = 0; i < labels.length; i++) {
                correct += predicted[i] == labels[i] ? 1 : 0;
            }
            return correct;
        }
    }

    private byte[] mirrored(byte[] pixels) {
        ImageSize size = recipe.imageSize();
        byte[] mirrored = new byte[pixels.length];
        for (int row = 0; row < pixels.length; row += size.width()) {
            for (int x = 0; x < size.width(); x++) {
                mirrored[row + x] = pixels[row + size.width() - 1 - x];
            }
        }
        return mirrored;
    }

    private Optimizer optimizer(int images) {
        int steps = batchesPerEpoch(images) * recipe.epochs();
        return recipe.optimizer()
                .build(recipe.schedule().tracker(recipe.optimizer().learningRate(), steps));
    }

    private int batchesPerEpoch(int images) {
        return (usable(images) + recipe.batchSize() - 1) / recipe.batchSize();
    }

    /** Batch norm has no variance to divide by in a last batch of one image, so that image waits for another epoch. */
    private int usable(int images) {
        return recipe.batchNorm() && images > 1 && images % recipe.batchSize() == 1 ? images - 1 : images;
    }

    private record StepResult(float loss, int correct) {}

    /** Sums up an epoch and tells the listener. */
    private final class EpochProgress {
        private final int epoch;
        private final int batches;
        private final long startNanos = System.nanoTime();
        private int batch;
        private long images;
        private long correct;
        private double lossSum;

        EpochProgress(int epoch, int batches) {
            this.epoch = epoch;
            this.batches = batches;
        }

        void add(StepResult step, int members) {
            batch++;
            images += members;
            correct += step.correct();
            lossSum += step.loss();
            if (!Float.isFinite(step.loss())) {
                throw new DivergenceException(step.loss(), epoch, batch);
            }
            listener.onBatch(new FitListener.BatchResult(
                    epoch,
                    (epoch - 1) * batches + batch,
                    batches * recipe.epochs(),
                    lossSum / batch,
                    accuracy(),
                    images / seconds()));
        }

        void end() {
            listener.onEpoch(new FitListener.EpochResult(
                    epoch, recipe.epochs(), lossSum / batch, accuracy(), images / seconds(), seconds()));
        }

        private double accuracy() {
            return (double) correct / images;
        }

        private double seconds() {
            return (System.nanoTime() - startNanos) / 1e9;
        }
    }
}
