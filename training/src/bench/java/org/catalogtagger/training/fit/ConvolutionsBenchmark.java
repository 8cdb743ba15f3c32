package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Convolution;
import org.catalogtagger.model.network.Convolutions;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.EnsembleArchitecture;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;

/**
 * The network of the recipe {@code convolutional}, in turns: as {@link Network} lays images out, the channels of a pixel side by side,
 * against the same layers and weights on one plane after the other, and with the pooling after the activation; and as a bundle's is loaded, batch norm within the convolutions, against
 * the one that was fitted.
 */
public final class ConvolutionsBenchmark {
    private static final int CLASSES = 52;
    private static final int BATCH = 64;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 9;
    private static final int STEPS = 30;

    private ConvolutionsBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws IOException {
        Figures figures = new Figures();
        Architecture architecture = Recipe.named("convolutional").architecture(CLASSES);
        try (NDManager manager = PyTorch.newManager()) {
            NDArray images = manager.randomNormal(new Shape(BATCH, architecture.inputs()));
            Network network = Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager);
            Ensemble loaded = loaded(architecture, network, manager);
            network.trainable().forEach(parameter -> parameter.getArray().setRequiresGradient(true));
            Block planes = inPlanes(network, architecture.convolutions().orElseThrow());
            Block poolingLast = poolingLast(network, architecture.convolutions().orElseThrow());
            double[] training = medianSeconds(
                    images,
                    batch -> train(network.block(), batch),
                    batch -> train(planes, batch),
                    batch -> train(poolingLast, batch));
            figures.add("trainedPerSecond", BATCH / training[0], "images, forward and backward");
            figures.add("trainedOverPlanes", training[1] / training[0], "as fast as one plane after the other");
            figures.add("trainedOverPoolingLast", training[2] / training[0], "as fast as with pooling last");
            double[] answering = medianSeconds(
                    images,
                    batch -> loaded.logits(batch, batch.getManager()).toFloatArray(),
                    batch -> logits(network.block(), batch, false).toFloatArray(),
                    batch -> logits(planes, batch, false).toFloatArray());
            figures.add("classifiedPerSecond", BATCH / answering[0], "images, forward, as loaded from a bundle");
            figures.add("foldedOverFitted", answering[1] / answering[0], "as fast as with batch norm apart");
            figures.add("classifiedOverPlanes", answering[2] / answering[1], "as fast as one plane after the other");
        }
        figures.write(arguments);
    }

    private static Ensemble loaded(Architecture architecture, Network network, NDManager manager) {
        NDList weights = new NDList();
        for (NDArray array : network.weights()) {
            NDArray copy = array.duplicate();
            copy.setName(array.getName());
            weights.add(copy);
        }
        return Ensemble.withWeights(new EnsembleArchitecture(architecture, 1), weights, manager);
    }

    /** The network without its first layer, which lays the images out. */
    private static Block inPlanes(Network network, Convolutions images) {
        SequentialBlock planes = new SequentialBlock();
        planes.add(new LambdaBlock(
                rows -> new NDList(
                        rows.singletonOrThrow().reshape(-1, images.channels(), images.height(), images.width())),
                "planes"));
        network.block().getChildren().values().stream().skip(1).forEach(planes::add);
        return planes;
    }

    /** The network with the activation before the pooling, not after it. */
    private static Block poolingLast(Network network, Convolutions images) {
        List<Block> layers = new ArrayList<>(network.block().getChildren().values());
        int next = 1;
        for (Convolution layer : images.layers()) {
            // Convolution, batch norm, pooling if there is any, activation.
            if (layer.pool() > 1) {
                Collections.swap(layers, next + 2, next + 3);
                next++;
            }
            next += 3;
        }
        SequentialBlock last = new SequentialBlock();
        layers.forEach(last::add);
        return last;
    }

    /** What is done with a batch. */
    private interface Pass {
        void of(NDArray batch);
    }

    /** Of each, for a batch. */
    private static double[] medianSeconds(NDArray images, Pass... passes) {
        List<List<Double>> seconds = new ArrayList<>();
        for (Pass pass : passes) {
            seconds.add(new ArrayList<>());
            run(images, pass, WARM_UP);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < passes.length; i++) {
                seconds.get(i).add(run(images, passes[i], STEPS));
            }
        }
        return seconds.stream()
                .mapToDouble(own -> own.stream().sorted().toList().get(ROUNDS / 2))
                .toArray();
    }

    private static double run(NDArray images, Pass pass, int steps) {
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            try (NDManager scope = images.getManager().newSubManager()) {
                NDArray batch = images.duplicate();
                batch.attach(scope);
                pass.of(batch);
            }
        }
        return (System.nanoTime() - start) / 1e9 / steps;
    }

    private static void train(Block block, NDArray batch) {
        try (GradientCollector collector = PyTorch.engine().newGradientCollector()) {
            collector.backward(logits(block, batch, true).square().mean());
        }
    }

    private static NDArray logits(Block block, NDArray batch, boolean training) {
        return block.forward(new ParameterStore(batch.getManager(), false), new NDList(batch), training)
                .singletonOrThrow();
    }
}
