package org.catalogtagger.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The DJL network of an {@link Architecture}: input {@code [batch, inputs]}, output logits {@code [batch, classes]}. */
public final class Network {
    /**
     * What convolutions make of more images than these does not stay in the caches: the recipe {@code convolutional} in the job, in batches of
     * 256, answers 1,794 images/s, and 1,421 where they go through the network whole
     * ({@code BENCH_JAVA_OPTS=-Dbench.model=BUNDLE deploy/bin/bench stream-compact}).
     */
    private static final int CONVOLVED_AT_ONCE = 64;

    private final SequentialBlock block = new SequentialBlock();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    private boolean convolves;

    private Network() {}

    /** A network to be fitted, its arrays owned by the manager and set as the initialization says. */
    public static Network untrained(Architecture architecture, Initialization initialization, NDManager manager) {
        Network network = assemble(architecture, initialization);
        // Now, and not by DJL's trainer, which would put its own default (Xavier) over our initializers.
        network.block.initialize(manager, DataType.FLOAT32, new Shape(1, architecture.inputs()));
        return network;
    }

    /**
     * A network that answers as one with the given weights does after the fit. It takes them over, and keeps batch norm as part of the layers before it:
     * its own {@link #weights} are others.
     *
     * @param weights named, but for the prefix, and shaped as {@link Architecture#arrays()} says; the caller has
     *     checked that
     * @param manager that is to own them
     */
    static Network withWeights(Architecture architecture, NDList weights, String prefix, NDManager manager) {
        if (architecture.batchNorm()) {
            NDList folded = FoldedBatchNorm.fold(architecture, weights, prefix, manager);
            return withWeights(FoldedBatchNorm.of(architecture), folded, "", manager);
        }
        Network network = assemble(architecture, Initialization.ZEROS);
        for (NDArray array : weights) {
            array.attach(manager);
            network.parameter(array.getName().substring(prefix.length())).setArray(array);
        }
        return network;
    }

    private static Network assemble(Architecture architecture, Initialization initialization) {
        Network network = new Network();
        architecture.convolutions().ifPresent(convolutions -> {
            network.convolves = true;
            network.block.add(asImages(convolutions));
            for (int layer = 1; layer <= convolutions.layers().size(); layer++) {
                network.addConvolution(architecture, layer, initialization);
            }
            network.block.add(Blocks.batchFlattenBlock(convolutions.features()));
            network.addDropout(architecture);
        });
        for (int layer = 1; layer <= architecture.layers(); layer++) {
            network.addLinear(architecture, layer, initialization);
            if (layer < architecture.layers()) {
                network.addNorm(architecture, "norm" + layer);
                network.block.add(architecture.activation().block());
                network.addDropout(architecture);
            }
        }
        return network;
    }

    private static Block asImages(Convolutions images) {
        return new LambdaBlock(rows -> new NDList(asImages(rows.singletonOrThrow(), images)), "images");
    }

    /**
     * {@code [batch, channels, height, width]}, on a CPU with the channels of a pixel side by side in memory, which PyTorch
     * keeps through all layers. Its convolutions want them so, and else copy each layer's input and output: with the recipe
     * {@code convolutional} two cores classify 1.5 times as many images and train on 1.3 times as many
     * ({@code deploy/bin/bench convolutions}).
     */
    private static NDArray asImages(NDArray rows, Convolutions images) {
        NDArray planes = rows.reshape(-1, images.channels(), images.height(), images.width());
        if (rows.getDevice().isGpu()) {
            return planes;
        }
        // To make it one row of a pixel after the other copies it.
        return planes.transpose(0, 2, 3, 1)
                .reshape(-1, images.inputs())
                .reshape(-1, images.height(), images.width(), images.channels())
                .transpose(0, 3, 1, 2);
    }

    public Block block() {
        return block;
    }

    /** The logits of images, as they are after the fit: {@code [batch, classes]}, owned by the scope. */
    NDArray logits(NDArray images, NDManager scope) {
        long count = images.getShape().get(0);
        if (!convolves || images.getDevice().isGpu() || count <= CONVOLVED_AT_ONCE) {
            return forward(images, scope);
        }
        NDList parts = new NDList();
        for (long from = 0; from < count; from += CONVOLVED_AT_ONCE) {
            try (NDManager own = scope.newSubManager()) {
                NDArray some = images.get(new NDIndex().addSliceDim(from, Math.min(from + CONVOLVED_AT_ONCE, count)));
                some.attach(own);
                NDArray logits = forward(some, own);
                logits.attach(scope);
                parts.add(logits);
            }
        }
        return NDArrays.concat(parts);
    }

    private NDArray forward(NDArray images, NDManager scope) {
        return block.forward(new ParameterStore(scope, false), new NDList(images), false)
                .singletonOrThrow();
    }

    /** The arrays as they are now, named as in a bundle of this network alone. They stay the network's own. */
    public NDList weights() {
        return weights("");
    }

    /** The same under names that begin with a prefix. */
    public NDList weights(String prefix) {
        NDList weights = new NDList();
        parameters.forEach((name, parameter) -> {
            NDArray array = parameter.getArray();
            array.setName(prefix + name);
            weights.add(array);
        });
        return weights;
    }

    /** The arrays that are fitted: all but batch norm's running statistics. */
    public List<Parameter> trainable() {
        return parameters.values().stream().filter(Parameter::requiresGradient).toList();
    }

    private Parameter parameter(String name) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("the network has no array " + name);
        }
        return parameter;
    }

    private void addConvolution(Architecture architecture, int layer, Initialization initialization) {
        Convolutions convolutions = architecture.convolutions().orElseThrow();
        Convolution settings = convolutions.layers().get(layer - 1);
        int fanIn = convolutions.inputsOf(layer) * settings.kernel() * settings.kernel();
        Conv2d convolution = Conv2d.builder()
                .setKernelShape(square(settings.kernel()))
                .setFilters(settings.filters())
                .optStride(square(settings.stride()))
                .optPadding(square(settings.padding()))
                .optBias(!architecture.batchNorm())
                .build();
        add("conv" + layer, convolution, fanIn, initialization);
        addNorm(architecture, "convnorm" + layer);
        if (settings.pool() > 1) {
            // Activations never fall, so that the largest of some is that of the largest, and fewer are to be worked
            // out: with
            // the recipe convolutional 1.05 times as many images are trained on (deploy/bin/bench convolutions).
            block.add(Pool.maxPool2dBlock(square(settings.pool()), square(settings.pool())));
        }
        block.add(architecture.activation().block());
    }

    private void addLinear(Architecture architecture, int layer, Initialization initialization) {
        Linear linear =
                Linear.builder().setUnits(architecture.layerSizes().get(layer)).build();
        add("layer" + layer, linear, architecture.layerSizes().get(layer - 1), initialization);
    }

    private void add(String name, Block layer, int fanIn, Initialization initialization) {
        Parameter weight = layer.getDirectParameters().get("weight");
        weight.setInitializer(initialization.weights(fanIn));
        parameters.put(name + ".weight", weight);
        Parameter bias = layer.getDirectParameters().get("bias");
        if (bias != null) {
            bias.setInitializer(initialization.biases(fanIn));
            parameters.put(name + ".bias", bias);
        }
        block.add(layer);
    }

    private void addNorm(Architecture architecture, String name) {
        if (architecture.batchNorm()) {
            BatchNorm norm = BatchNorm.builder().build();
            parameters.put(name + ".weight", norm.getDirectParameters().get("gamma"));
            parameters.put(name + ".bias", norm.getDirectParameters().get("beta"));
            parameters.put(name + ".running_mean", norm.getDirectParameters().get("runningMean"));
            parameters.put(name + ".running_var", norm.getDirectParameters().get("runningVar"));
            block.add(norm);
        }
    }

    private void addDropout(Architecture architecture) {
        if (architecture.dropout() > 0) {
            block.add(Dropout.builder().optRate((float) architecture.dropout()).build());
        }
    }

    private static Shape square(int side) {
        return new Shape(side, side);
    }
}
