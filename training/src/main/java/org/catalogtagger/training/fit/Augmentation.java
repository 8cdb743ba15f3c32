package org.catalogtagger.training.fit;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * How training images are varied, drawn anew each epoch.
 *
 * @param flip whether half of them are mirrored left to right
 * @param shift pixels by which each is moved at most, in either direction; its border pixels fill the gap
 * @param scale the log of the factor by which its width and its height are stretched or shrunk at most, each apart
 * @param rotation degrees by which it is turned at most, either way
 * @param erase share of them, 0 to 1, in which a random rectangle of 2 to 20 % of the area is painted over in one gray
 *     (Zhong et al., 2020)
 * @param mixup each image and its target are mixed with another's, with a weight drawn from Beta(mixup, mixup) (Zhang et
 *     al., 2018); 0 is none
 */
public record Augmentation(
        @NotNull Boolean flip,
        @NotNull @PositiveOrZero Double shift,
        @NotNull @PositiveOrZero Double scale,
        @NotNull @PositiveOrZero Double rotation,
        @NotNull @PositiveOrZero @DecimalMax(value = "1", message = "must be at most {value}") Double erase,
        @NotNull @PositiveOrZero @DecimalMax("1000") Double mixup) {}
