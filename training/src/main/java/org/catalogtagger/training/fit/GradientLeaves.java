package org.catalogtagger.training.fit;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hands a network's trainable arrays to one forward pass as fresh leaves of the gradient graph: other handles on the
 * same memory, which have no gradient yet.
 *
 * <p>PyTorch adds a gradient to the one that is there. With a new leaf there is none, so that it keeps the array that it
 * just computed: nothing to be set to zero before, nothing to be added. On the notebook's network those are four passes
 * over 500 MB at each step.
 */
final class GradientLeaves extends ParameterStore {
    private final Map<Parameter, NDArray> leaves = new LinkedHashMap<>();
    private final NDManager manager;

    /** Leaves that the manager owns. */
    GradientLeaves(NDManager manager) {
        super(manager, false);
        this.manager = manager;
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
        if (parameter == null) {
            // A convolution without a bias.
            return super.getValue(parameter, device, training);
        }
        if (!training || !parameter.requiresGradient()) {
            return parameter.getArray();
        }
        return leaves.computeIfAbsent(parameter, p -> {
            NDArray leaf = p.getArray().stopGradient();
            leaf.attach(manager);
            leaf.setRequiresGradient(true);
            return leaf;
        });
    }

    /** The gradients that the backward pass left to some parameters, in their order. */
    NDList gradients(Iterable<Parameter> parameters) {
        NDList gradients = new NDList();
        for (Parameter parameter : parameters) {
            NDArray leaf = leaves.get(parameter);
            if (leaf == null) {
                throw new IllegalStateException("no forward pass has used " + parameter.getName());
            }
            gradients.add(leaf.getGradient());
        }
        return gradients;
    }
}
