package org.catalogtagger.model.network;

import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.training.initializer.UniformInitializer;
import com.fasterxml.jackson.annotation.JsonProperty;

/** How the weights and biases of the linear layers start. */
public enum Initialization {
    /** Weights and biases uniform within 1/sqrt(fan-in), as {@code torch.nn.Linear} does. */
    @JsonProperty("torch-default")
    TORCH_DEFAULT,
    /** Weights normal with variance 2/fan-in, biases zero (He et al., 2015, section 2.2), for ReLU. */
    @JsonProperty("he-normal")
    HE_NORMAL,
    /** All zero: the notebook's experiment, which cannot learn more than the bias of its last layer. */
    @JsonProperty("zeros")
    ZEROS;

    Initializer weights(int fanIn) {
        return switch (this) {
            case TORCH_DEFAULT -> new UniformInitializer((float) (1 / Math.sqrt(fanIn)));
            case HE_NORMAL -> new NormalInitializer((float) Math.sqrt(2.0 / fanIn));
            case ZEROS -> Initializer.ZEROS;
        };
    }

    Initializer biases(int fanIn) {
        return switch (this) {
            case TORCH_DEFAULT -> new UniformInitializer((float) (1 / Math.sqrt(fanIn)));
            case HE_NORMAL, ZEROS -> Initializer.ZEROS;
        };
    }
}
