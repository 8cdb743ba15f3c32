package org.catalogtagger.model.network;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.catalogtagger.model.image.ImageSize;

/**
 * A network that somebody else has made, as a program; see {@link ProgramNetwork}.
 *
 * @param format of its file
 * @param planes what the program is given, one after the other: each is one of the image's, the normalization's inputs less a
 *     mean, divided by a deviation. One, gray, or three: red, green and blue
 * @param answers what it makes of them
 */
public record Program(
        Format format,
        @JsonProperty(required = true) List<Plane> planes,
        @JsonProperty(required = true) Answers answers) {
    private static final int MOST_PLANES = 4;

    private static final double GREATEST = 1000;
    private static final double LEAST_DEVIATION = 1e-3;

    /** What a program is written in. */
    public enum Format {
        /** PyTorch's own: code. */
        @JsonProperty("torchscript")
        TORCHSCRIPT("a TorchScript program, which is code", "program.pt"),

        /** An ONNX graph. */
        @JsonProperty("onnx")
        ONNX("an ONNX graph, which may take any time and memory", "program.onnx");

        private final String description;
        private final String file;

        Format(String description, String file) {
            this.description = description;
            this.file = file;
        }

        /** What it is, and why one asks before it is run. */
        public String description() {
            return description;
        }

        /** The name of the file in a bundle. */
        public String file() {
            return file;
        }
    }

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
        format = format == null ? Format.TORCHSCRIPT : format;
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
        return new Program(format, planes, others);
    }

    /**
     * Loads it.
     *
     * @param in its file, read to its end, or nearly; not closed
     * @param manager owns it
     * @throws UnusableProgramException if it is none
     */
    public ProgramNetwork load(InputStream in, ImageSize size, int classes, NDManager manager) throws IOException {
        return format == Format.TORCHSCRIPT
                ? TorchScript.load(in, this, size, classes, manager)
                : Onnx.load(in, this, size, classes, manager);
    }
}
