package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.catalogtagger.model.network.Network;

/** The weights of the best epoch so far, beside those that are fitted on. */
final class BestWeights {
    private final NDList kept = new NDList();
    private final Network network;
    private int epoch;
    private double accuracy = -1;

    /**
     * None yet.
     *
     * @param manager owns those that are kept
     */
    BestWeights(Network network, NDManager manager) {
        this.network = network;
        for (NDArray array : network.weights()) {
            NDArray copy = array.duplicate();
            copy.setName("best." + array.getName());
            copy.attach(manager);
            kept.add(copy);
        }
    }

    /** Keeps the weights as they are now if the epoch is better than all before. */
    void offer(EpochResult result) {
        double its = result.validationAccuracy().orElseThrow();
        if (its > accuracy) {
            know(result);
            copy(network.weights(), kept);
        }
    }

    /** That what is kept is of this epoch, after it was read from a checkpoint. */
    void know(EpochResult best) {
        epoch = best.epoch();
        accuracy = best.validationAccuracy().orElseThrow();
    }

    /** The epoch that they are of, 0 if none was offered. */
    int epoch() {
        return epoch;
    }

    /** What is kept, named {@code best.ARRAY}. */
    NDList arrays() {
        return kept;
    }

    /** Puts them back into the network. */
    void restore() {
        copy(kept, network.weights());
    }

    private static void copy(NDList from, NDList to) {
        for (int i = 0; i < from.size(); i++) {
            ArrayCopy.copy(from.get(i), to.get(i));
        }
    }
}
