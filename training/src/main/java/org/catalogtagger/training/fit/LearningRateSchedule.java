package org.catalogtagger.training.fit;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the learning rate goes over the steps of a run. */
public enum LearningRateSchedule {
    /** The same at every step. */
    @JsonProperty("constant")
    CONSTANT,
    /**
     * Up from 1/25 of the highest rate in the first 30 % of the steps, then down to 1/250,000 of it, both along a
     * cosine (Smith and Topin, 2018; the constants are those of PyTorch's {@code OneCycleLR}).
     */
    @JsonProperty("one-cycle")
    ONE_CYCLE;

    private static final double WARM_UP = 0.3;
    private static final double START_DIVISOR = 25;
    private static final double END_DIVISOR = 25e4;

    /**
     * The learning rate of a step.
     *
     * @param highest rate of the run
     * @param step from 1
     * @param steps of the run
     */
    double at(double highest, long step, long steps) {
        return switch (this) {
            case CONSTANT -> highest;
            case ONE_CYCLE -> oneCycle(highest, Math.min(1, (double) (step - 1) / Math.max(1, steps - 1)));
        };
    }

    private static double oneCycle(double highest, double progress) {
        return progress < WARM_UP
                ? cosine(highest / START_DIVISOR, highest, progress / WARM_UP)
                : cosine(highest, highest / END_DIVISOR, (progress - WARM_UP) / (1 - WARM_UP));
    }

    private static double cosine(double from, double to, double progress) {
        return to + (from - to) * (1 + Math.cos(Math.PI * progress)) / 2;
    }
}
