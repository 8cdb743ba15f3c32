package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.network.MlpArchitecture;
import org.catalogtagger.model.network.MlpArchitecture.NamedShape;

/**
 * Several MLPs of one architecture side by side in one, whose logits are the mean of theirs: an ensemble that is an MLP
 * again, and is saved, loaded and run as such.
 *
 * <p>The first layers are stacked; those behind are block diagonal, and the zeros between the blocks are stored and
 * computed with; the last layers stand side by side, divided by their number.
 */
final class NetworkUnion {
    private NetworkUnion() {}

    /** The architecture of so many networks side by side. */
    static MlpArchitecture architecture(MlpArchitecture member, int members) {
        List<Integer> sizes = new ArrayList<>(member.layerSizes());
        for (int i = 1; i < sizes.size() - 1; i++) {
            sizes.set(i, Math.multiplyExact(sizes.get(i), members));
        }
        return new MlpArchitecture(sizes, member.activation(), member.batchNorm(), member.dropout());
    }

    /**
     * The weights of networks side by side.
     *
     * @param members the weights of each, in the order of {@link MlpArchitecture#arrays()}
     * @param manager owns what is returned
     */
    static NDList weights(MlpArchitecture member, List<NDList> members, NDManager manager) {
        List<NamedShape> arrays = member.arrays();
        NDList union = new NDList();
        for (int i = 0; i < arrays.size(); i++) {
            int index = i;
            NamedShape array = arrays.get(i);
            List<float[]> parts = members.stream()
                    .map(weights -> weights.get(index).toFloatArray())
                    .toList();
            boolean first = array.name().startsWith("layer1.");
            boolean last = array.name().startsWith("layer" + member.layers() + ".");
            NDArray joined = array.shape().size() == 2
                    ? matrix(array, parts, first, last, manager)
                    : vector(parts, last, manager);
            joined.setName(array.name());
            union.add(joined);
        }
        return union;
    }

    /** Weights {@code [out, in]}: one block of each member, at its rows unless it is the last layer, and at its columns unless it is the first. */
    private static NDArray matrix(
            NamedShape array, List<float[]> parts, boolean first, boolean last, NDManager manager) {
        int out = Math.toIntExact(array.shape().get(0));
        int in = Math.toIntExact(array.shape().get(1));
        int rows = last ? out : out * parts.size();
        int columns = first ? in : in * parts.size();
        float[] joined = new float[Math.multiplyExact(rows, columns)];
        for (int part = 0; part < parts.size(); part++) {
            int top = last ? 0 : part * out;
            int left = first ? 0 : part * in;
            for (int row = 0; row < out; row++) {
                for (int column = 0; column < in; column++) {
                    joined[(top + row) * columns + left + column] +=
                            parts.get(part)[row * in + column] / (last ? parts.size() : 1);
                }
            }
        }
        return manager.create(joined, new Shape(rows, columns));
    }

    private static NDArray vector(List<float[]> parts, boolean last, NDManager manager) {
        int length = parts.get(0).length;
        float[] joined = new float[last ? length : length * parts.size()];
        for (int part = 0; part < parts.size(); part++) {
            for (int i = 0; i < length; i++) {
                joined[last ? i : part * length + i] += parts.get(part)[i] / (last ? parts.size() : 1);
            }
        }
        return manager.create(joined);
    }
}
