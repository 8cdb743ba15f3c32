package org.catalogtagger.model.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network, as numbers: convolutions (if any), then linear layers, and between two of all these batch norm (if any), the
 * activation, and before a linear layer that is not the first of all dropout (if any). Without convolutions it is a
 * multi-layer perceptron.
 *
 * @param convolutions what sees the image first; the linear layers see its features then
 * @param layerSizes units from the first linear layer's input to the output, at least two: the notebook's are
 *     {@link #NOTEBOOK_LAYERS}
 * @param activation after every layer but the last
 * @param batchNorm whether each layer but the last is followed by batch normalization
 * @param dropout the share of a linear layer's inputs dropped in training, 0 to less than 1; not of the image
 */
public record Architecture(
        Optional<Convolutions> convolutions,
        List<Integer> layerSizes,
        Activation activation,
        boolean batchNorm,
        double dropout) {
    /** 125,517,872 parameters. */
    public static final List<Integer> NOTEBOOK_LAYERS = List.of(4800, 4800, 6000, 7500, 3000, 1920, 200, 52);

    /** Linear layers. */
    public static final int MAX_LAYERS = 100;

    /** Of a linear layer. */
    public static final int MAX_UNITS = 1 << 20;

    /** Of one layer: its 2 GiB are what a Java buffer can hold. */
    private static final long MAX_WEIGHTS = Integer.MAX_VALUE / Float.BYTES;

    public Architecture {
        if (layerSizes == null || layerSizes.size() < 2 || layerSizes.size() > MAX_LAYERS + 1) {
            throw new IllegalArgumentException("layerSizes must be 2 to %d numbers, not %s"
                    .formatted(
                            MAX_LAYERS + 1,
                            layerSizes == null || layerSizes.size() < 2 ? layerSizes : layerSizes.size()));
        }
        if (layerSizes.stream().anyMatch(size -> size == null || size < 1 || size > MAX_UNITS)) {
            throw new IllegalArgumentException(
                    "layerSizes must be numbers from 1 to %,d, not %s".formatted(MAX_UNITS, layerSizes));
        }
        layerSizes = List.copyOf(layerSizes);
        for (int layer = 1; layer < layerSizes.size(); layer++) {
            long weights = (long) layerSizes.get(layer - 1) * layerSizes.get(layer);
            if (weights > MAX_WEIGHTS) {
                throw new IllegalArgumentException("layerSizes: a layer of %,d by %,d has %,d weights, more than %,d"
                        .formatted(layerSizes.get(layer - 1), layerSizes.get(layer), weights, MAX_WEIGHTS));
            }
        }
        convolutions = convolutions == null ? Optional.empty() : convolutions;
        if (convolutions.isPresent() && convolutions.get().features() != layerSizes.get(0)) {
            throw new IllegalArgumentException("the convolutions make %,d numbers, and the first linear layer takes %,d"
                    .formatted(convolutions.get().features(), layerSizes.get(0)));
        }
        if (activation == null) {
            throw new IllegalArgumentException("activation is null");
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must be at least 0 and less than 1, not " + dropout);
        }
    }

    /** A multi-layer perceptron. */
    public Architecture(List<Integer> layerSizes, Activation activation, boolean batchNorm, double dropout) {
        this(Optional.empty(), layerSizes, activation, batchNorm, dropout);
    }

    /** Width of the input, in floats. */
    public int inputs() {
        return convolutions.map(Convolutions::inputs).orElse(layerSizes.get(0));
    }

    /** Number of classes. */
    public int outputs() {
        return layerSizes.get(layerSizes.size() - 1);
    }

    /** Linear layers. */
    public int layers() {
        return layerSizes.size() - 1;
    }

    /**
     * Every array of the model under the name that PyTorch's state dict of the notebook's module would give it, in
     * order: those of the convolutions, see {@link Convolutions}; then {@code layer1.weight} of {@code [out, in]} as {@code torch.nn.Linear} has it, {@code layer1.bias}, then
     * {@code norm1.weight}, {@code norm1.bias}, {@code norm1.running_mean}, {@code norm1.running_var}.
     */
    public List<NamedShape> arrays() {
        List<NamedShape> arrays = new ArrayList<>();
        convolutions.ifPresent(some -> arrays.addAll(some.arrays(batchNorm)));
        for (int layer = 1; layer <= layers(); layer++) {
            long in = layerSizes.get(layer - 1);
            long out = layerSizes.get(layer);
            arrays.add(new NamedShape("layer" + layer + ".weight", List.of(out, in), true));
            arrays.add(new NamedShape("layer" + layer + ".bias", List.of(out), true));
            if (batchNorm && layer < layers()) {
                arrays.addAll(NamedShape.ofBatchNorm("norm" + layer, out));
            }
        }
        return List.copyOf(arrays);
    }

    /** Trainable parameters. */
    public long parameterCount() {
        return arrays().stream()
                .filter(NamedShape::trainable)
                .mapToLong(NamedShape::elements)
                .sum();
    }

    /** A table for people: each trainable array's name, shape and parameters, and the sum. */
    public String parameterTable() {
        StringBuilder table = new StringBuilder("%-18s %-18s %13s%n".formatted("array", "shape", "parameters"));
        for (NamedShape array : arrays()) {
            if (array.trainable()) {
                table.append("%-18s %-18s %,13d%n".formatted(array.name(), array.shape(), array.elements()));
            }
        }
        return table.append("%-37s %,13d%n".formatted("total", parameterCount()))
                .toString();
    }

    /**
     * One array of the model.
     *
     * @param trainable false for batch norm's running statistics, which are measured, not fitted
     */
    public record NamedShape(String name, List<Long> shape, boolean trainable) {
        static List<NamedShape> ofBatchNorm(String name, long channels) {
            return List.of(
                    new NamedShape(name + ".weight", List.of(channels), true),
                    new NamedShape(name + ".bias", List.of(channels), true),
                    new NamedShape(name + ".running_mean", List.of(channels), false),
                    new NamedShape(name + ".running_var", List.of(channels), false));
        }

        public long elements() {
            return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        }
    }
}
