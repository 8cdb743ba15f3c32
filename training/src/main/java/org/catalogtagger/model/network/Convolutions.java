package org.catalogtagger.model.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.catalogtagger.model.network.Architecture.NamedShape;

/**
 * The layers of a network that see an image as an image, one after the other.
 *
 * @param channels of the image, 1 for gray levels
 * @param height in pixels
 * @param width in pixels
 * @param layers at least one
 */
public record Convolutions(int channels, int height, int width, List<Convolution> layers) {
    private static final int MAX_LAYERS = 100;
    private static final int MAX_SIDE = 1 << 12;

    /** Of one layer and one image: 16 MiB. */
    private static final long MAX_OUTPUTS = 1 << 22;

    public Convolutions {
        if (channels < 1 || height < 1 || width < 1 || channels > MAX_SIDE || height > MAX_SIDE || width > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "convolutions of an image of %dx%d with %d channel(s): each must be 1 to %,d"
                            .formatted(width, height, channels, MAX_SIDE));
        }
        if (layers == null
                || layers.isEmpty()
                || layers.size() > MAX_LAYERS
                || layers.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("convolutions must be 1 to %d layers".formatted(MAX_LAYERS));
        }
        layers = List.copyOf(layers);
        for (Map map : maps(channels, height, width, layers)) {
            if (map.height < 1 || map.width < 1) {
                throw new IllegalArgumentException(
                        "convolutions leave nothing of an image of %dx%d; take fewer of stride".formatted(width, height)
                                + " or pool");
            }
            if (map.elements() > MAX_OUTPUTS) {
                throw new IllegalArgumentException("a convolution makes %,d numbers of an image, more than %,d"
                        .formatted(map.elements(), MAX_OUTPUTS));
            }
        }
    }

    /** A layer's output: so many channels of so many pixels. */
    private record Map(long channels, long height, long width) {
        long elements() {
            return channels * height * width;
        }
    }

    /** Width of the input, in floats. */
    public int inputs() {
        return channels * height * width;
    }

    /** Numbers that the last layer makes of an image. */
    public int features() {
        List<Map> maps = maps(channels, height, width, layers);
        return (int) maps.get(maps.size() - 1).elements();
    }

    /** Channels that a layer sees. */
    int inputsOf(int layer) {
        return layer == 1 ? channels : layers.get(layer - 2).filters();
    }

    /**
     * Every array, in order: {@code conv1.weight} of {@code [filters, channels, kernel, kernel]} as {@code torch.nn.Conv2d}
     * has it, then either {@code conv1.bias} or, with batch norm, which would take a bias away again,
     * {@code convnorm1.weight}, {@code convnorm1.bias}, {@code convnorm1.running_mean}, {@code convnorm1.running_var}.
     */
    List<NamedShape> arrays(boolean batchNorm) {
        List<NamedShape> arrays = new ArrayList<>();
        for (int layer = 1; layer <= layers.size(); layer++) {
            long filters = layers.get(layer - 1).filters();
            long kernel = layers.get(layer - 1).kernel();
            arrays.add(new NamedShape(
                    "conv" + layer + ".weight", List.of(filters, (long) inputsOf(layer), kernel, kernel), true));
            if (batchNorm) {
                arrays.addAll(NamedShape.ofBatchNorm("convnorm" + layer, filters));
            } else {
                arrays.add(new NamedShape("conv" + layer + ".bias", List.of(filters), true));
            }
        }
        return arrays;
    }

    private static List<Map> maps(int channels, int height, int width, List<Convolution> layers) {
        List<Map> maps = new ArrayList<>();
        Map last = new Map(channels, height, width);
        for (Convolution layer : layers) {
            Map convolved = new Map(layer.filters(), layer.convolved(last.height), layer.convolved(last.width));
            // Before it is pooled it is in memory too.
            maps.add(convolved);
            last = new Map(layer.filters(), convolved.height / layer.pool(), convolved.width / layer.pool());
            maps.add(last);
        }
        return maps;
    }
}
