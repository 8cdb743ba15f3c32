package org.catalogtagger.model.network;

import ai.djl.nn.Block;
import com.fasterxml.jackson.annotation.JsonProperty;

/** The nonlinearity between two layers. */
public enum Activation {
    @JsonProperty("relu")
    RELU,
    @JsonProperty("tanh")
    TANH,
    /** Slope 0.01 below zero, PyTorch's default. */
    @JsonProperty("leaky-relu")
    LEAKY_RELU;

    Block block() {
        return switch (this) {
            case RELU -> ai.djl.nn.Activation.reluBlock();
            case TANH -> ai.djl.nn.Activation.tanhBlock();
            case LEAKY_RELU -> ai.djl.nn.Activation.leakyReluBlock(0.01f);
        };
    }
}
