package org.catalogtagger.training.fit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;

/** Which optimizer, and its constants. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = OptimizerSettings.Sgd.class, name = "sgd"),
    @JsonSubTypes.Type(value = OptimizerSettings.AdamW.class, name = "adamw")
})
public sealed interface OptimizerSettings {
    /** The learning rate, at its highest. */
    Double learningRate();

    /** 0 is none. */
    Double weightDecay();

    /** What the weight decay is for; {@link Decayed#ALL} in recipes that say nothing. */
    Decayed decayed();

    /** What a weight decay is for. */
    enum Decayed {
        /** All that is fitted, as {@code torch.optim} does. */
        @JsonProperty("all")
        ALL,
        /** The layers' weights alone: not the biases, and not the scales and shifts of batch norm. */
        @JsonProperty("weights")
        WEIGHTS
    }

    /** Stochastic gradient descent with momentum and L2 weight decay; 0 is none. */
    record Sgd(
            @NotNull @Positive Double learningRate,
            @NotNull @PositiveOrZero @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}")
                    Double momentum,
            @NotNull @PositiveOrZero Double weightDecay,
            Decayed decayed)
            implements OptimizerSettings {
        public Sgd {
            decayed = decayed == null ? Decayed.ALL : decayed;
        }

        public Sgd(double learningRate, double momentum, double weightDecay) {
            this(learningRate, momentum, weightDecay, Decayed.ALL);
        }
    }

    /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). */
    record AdamW(@NotNull @Positive Double learningRate, @NotNull @PositiveOrZero Double weightDecay, Decayed decayed)
            implements OptimizerSettings {
        public AdamW {
            decayed = decayed == null ? Decayed.ALL : decayed;
        }

        public AdamW(double learningRate, double weightDecay) {
            this(learningRate, weightDecay, Decayed.ALL);
        }
    }
}
