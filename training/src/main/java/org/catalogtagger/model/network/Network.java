package org.catalogtagger.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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
    private final SequentialBlock block = new SequentialBlock();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    private Network() {}

    /** A network to be fitted, its arrays owned by the manager and set as the initialization says. */
    public static Network untrained(Architecture architecture, Initialization initialization, NDManager manager) {
        Network network = assemble(architecture, initialization);
        // Now, and not by DJL's trainer, which would put its own default (Xavier) over our initializers.
        network.block.initialize(manager, DataType.FLOAT32, new Shape(1, architecture.inputs()));
        return network;
    }

    /**
     * A network with the given weights, which it attaches to the manager.
     *
     * @param weights named, but for the prefix, and shaped as {@link Architecture#arrays()} says; the caller has
     *     checked that
     */
    static Network withWeights(Architecture architecture, NDList weights, String prefix, NDManager manager) {
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
                network.addNormAndActivation(architecture, "norm" + layer);
                network.addDropout(architecture);
            }
        }
        return network;
    }

    private static Block asImages(Convolutions images) {
        return new LambdaBlock(
                rows -> new NDList(
                        rows.singletonOrThrow().reshape(-1, images.channels(), images.height(), images.width())),
                "images");
    }

    public Block block() {
        return block;
    }

    /** The logits of images, as they are after the fit: {@code [batch, classes]}, owned by the scope. */
    NDArray logits(NDArray images, NDManager scope) {
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
        addNormAndActivation(architecture, "convnorm" + layer);
        if (settings.pool() > 1) {
            block.add(Pool.maxPool2dBlock(square(settings.pool()), square(settings.pool())));
        }
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

    private void addNormAndActivation(Architecture architecture, String name) {
        if (architecture.batchNorm()) {
            BatchNorm norm = BatchNorm.builder().build();
            parameters.put(name + ".weight", norm.getDirectParameters().get("gamma"));
            parameters.put(name + ".bias", norm.getDirectParameters().get("beta"));
            parameters.put(name + ".running_mean", norm.getDirectParameters().get("runningMean"));
            parameters.put(name + ".running_var", norm.getDirectParameters().get("runningVar"));
            block.add(norm);
        }
        block.add(architecture.activation().block());
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
