package org.catalogtagger.model.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * A network that somebody else has made, as a TorchScript program; see {@link TorchScript}.
 *
 * @param planes what the program is given, one after the other: each is one of the image's, the normalization's inputs less a
 *     mean, divided by a deviation. One, gray, or three: red, green and blue
 * @param answers what it makes of them
 */
public record Program(
        @JsonProperty(required = true) List<Plane> planes, @JsonProperty(required = true) Answers answers) {
    private static final int MOST_PLANES = 4;

    private static final double GREATEST = 1000;
    private static final double LEAST_DEVIATION = 1e-3;

    /** What a program answers for each class. */
    public enum Answers {
        /** Numbers whose softmax are probabilities, or logarithms of probabilities. */
        @JsonProperty("logits")
        LOGITS,

        /** Probabilities. */
        @JsonProperty("probabilities")
        PROBABILITIES
    }

    /**
     * One plane of an image.
     *
     * @param mean that is taken away, -1000 to 1000
     * @param standardDeviation by which it is divided, 0.001 to 1000
     */
    public record Plane(
            @JsonProperty(required = true) double mean, @JsonProperty(required = true) double standardDeviation) {
        /** As the image is. */
        public static final Plane AS_IS = new Plane(0, 1);

        public Plane {
            if (!(Math.abs(mean) <= GREATEST)
                    || !(standardDeviation >= LEAST_DEVIATION && standardDeviation <= GREATEST)) {
                throw new IllegalArgumentException(
                        "a plane has a mean up to 1000 either way and a deviation from 0.001 to 1000, not %s and %s"
                                .formatted(mean, standardDeviation));
            }
        }
    }

    public Program {
        if (planes == null
                || planes.isEmpty()
                || planes.size() > MOST_PLANES
                || planes.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a program is given 1 to %d planes".formatted(MOST_PLANES));
        }
        planes = List.copyOf(planes);
        if (answers == null) {
            throw new IllegalArgumentException("what a program answers is null");
        }
    }

    /** The same of another kind of answers. */
    public Program answering(Answers others) {
        return new Program(planes, others);
    }
}
