package org.catalogtagger.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The DJL network of an {@link MlpArchitecture}: input {@code [batch, inputs]}, output logits {@code [batch, classes]}. */
public final class Mlp {
    private final SequentialBlock block = new SequentialBlock();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    private Mlp() {}

    /** A network to be fitted, its arrays owned by the manager and set as the initialization says. */
    public static Mlp untrained(MlpArchitecture architecture, Initialization initialization, NDManager manager) {
        Mlp mlp = assemble(architecture, initialization);
        // Now, and not by DJL's trainer, which would put its own default (Xavier) over our initializers.
        mlp.block.initialize(manager, DataType.FLOAT32, new Shape(1, architecture.inputs()));
        return mlp;
    }

    /**
     * A network with the given weights, which it attaches to the manager.
     *
     * @param weights named, but for the prefix, and shaped as {@link MlpArchitecture#arrays()} says; the caller has
     *     checked that
     */
    static Mlp withWeights(MlpArchitecture architecture, NDList weights, String prefix, NDManager manager) {
        Mlp mlp = assemble(architecture, Initialization.ZEROS);
        for (NDArray array : weights) {
            array.attach(manager);
            mlp.parameter(array.getName().substring(prefix.length())).setArray(array);
        }
        return mlp;
    }

    private static Mlp assemble(MlpArchitecture architecture, Initialization initialization) {
        Mlp mlp = new Mlp();
        for (int layer = 1; layer <= architecture.layers(); layer++) {
            mlp.addLinear(architecture, layer, initialization);
            if (layer < architecture.layers()) {
                mlp.addHidden(architecture, layer);
            }
        }
        return mlp;
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

    private void addLinear(MlpArchitecture architecture, int layer, Initialization initialization) {
        int fanIn = architecture.layerSizes().get(layer - 1);
        Linear linear =
                Linear.builder().setUnits(architecture.layerSizes().get(layer)).build();
        Parameter weight = linear.getDirectParameters().get("weight");
        Parameter bias = linear.getDirectParameters().get("bias");
        weight.setInitializer(initialization.weights(fanIn));
        bias.setInitializer(initialization.biases(fanIn));
        parameters.put("layer" + layer + ".weight", weight);
        parameters.put("layer" + layer + ".bias", bias);
        block.add(linear);
    }

    private void addHidden(MlpArchitecture architecture, int layer) {
        if (architecture.batchNorm()) {
            BatchNorm norm = BatchNorm.builder().build();
            parameters.put(
                    "norm" + layer + ".weight", norm.getDirectParameters().get("gamma"));
            parameters.put("norm" + layer + ".bias", norm.getDirectParameters().get("beta"));
            parameters.put(
                    "norm" + layer + ".running_mean", norm.getDirectParameters().get("runningMean"));
            parameters.put(
                    "norm" + layer + ".running_var", norm.getDirectParameters().get("runningVar"));
            block.add(norm);
        }
        block.add(architecture.activation().block());
        if (architecture.dropout() > 0) {
            block.add(Dropout.builder().optRate((float) architecture.dropout()).build());
        }
    }
}
