package org.catalogtagger.training.fit;

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

    /** Stochastic gradient descent with momentum and L2 weight decay; 0 is none. */
    record Sgd(
            @NotNull @Positive Double learningRate,
            @NotNull @PositiveOrZero @DecimalMax(value = "1", inclusive = false, message = "must be less than {value}")
                    Double momentum,
            @NotNull @PositiveOrZero Double weightDecay)
            implements OptimizerSettings {}

    /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). */
    record AdamW(@NotNull @Positive Double learningRate, @NotNull @PositiveOrZero Double weightDecay)
            implements OptimizerSettings {}
}
