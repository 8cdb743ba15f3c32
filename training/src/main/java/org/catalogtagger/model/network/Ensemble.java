package org.catalogtagger.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that answer together: their logits are averaged. One network is an ensemble too.
 *
 * @param members at least one
 */
public record Ensemble(List<Network> members) implements Logits {
    public Ensemble {
        members = List.copyOf(members);
    }

    /** An ensemble of one. */
    public static Ensemble of(Network network) {
        return new Ensemble(List.of(network));
    }

    /**
     * Networks with the given weights, which they attach to the manager.
     *
     * @param weights named and shaped as {@link EnsembleArchitecture#arrays()} says; the caller has checked that
     */
    public static Ensemble withWeights(EnsembleArchitecture architecture, NDList weights, NDManager manager) {
        List<Network> members = new ArrayList<>();
        for (int number = 1; number <= architecture.members(); number++) {
            String prefix = architecture.prefix(number);
            NDList own = new NDList();
            for (NDArray array : weights) {
                if (array.getName().startsWith(prefix)) {
                    own.add(array);
                }
            }
            members.add(Network.withWeights(architecture.member(), own, prefix, manager));
        }
        return new Ensemble(members);
    }

    /** The arrays as they are now, named as in the bundle. They stay the networks' own. */
    public NDList weights() {
        NDList weights = new NDList();
        for (int i = 0; i < members.size(); i++) {
            weights.addAll(members.get(i).weights(members.size() == 1 ? "" : EnsembleArchitecture.prefixOf(i + 1)));
        }
        return weights;
    }

    /** The mean of the members' logits. */
    @Override
    public NDArray logits(NDArray images, NDManager scope) {
        NDArray sum = members.get(0).logits(images, scope);
        for (Network member : members.subList(1, members.size())) {
            try (NDArray logits = member.logits(images, scope)) {
                sum.addi(logits);
            }
        }
        return members.size() == 1 ? sum : sum.divi(members.size());
    }
}
