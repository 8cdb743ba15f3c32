package org.catalogtagger.model.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.catalogtagger.model.image.ImageSize;

/**
 * A program as a network. It may take as long and as much memory as it likes, and do more than to compute if it is
 * {@link TorchScript}: load none whose maker you do not trust.
 */
public final class ProgramNetwork implements Logits {
    /** The logarithm of nothing is none that a softmax takes. */
    private static final float LEAST_PROBABILITY = 1e-30f;

    private static final Set<DataType> FLOATS = Set.of(DataType.FLOAT16, DataType.FLOAT32, DataType.FLOAT64);

    private final Runner runner;
    private final Program program;
    private final ImageSize size;
    private final int classes;

    /** What runs a program. */
    @FunctionalInterface
    interface Runner {
        /**
         * Runs it once.
         *
         * @param planes {@code [batch, planes, height, width]} of float32, which it may change
         * @param scope owns the answers
         */
        NDList run(NDArray planes, NDManager scope);
    }

    ProgramNetwork(Runner runner, Program program, ImageSize size, int classes) {
        this.runner = runner;
        this.program = program;
        this.size = size;
        this.classes = classes;
    }

    /** The same program, whose answers are understood otherwise. */
    public ProgramNetwork answering(Program.Answers answers) {
        return new ProgramNetwork(runner, program.answering(answers), size, classes);
    }

    /**
     * {@inheritDoc}
     *
     * <p>An image for which the program fails has no number among its logits; those beside it have theirs.
     */
    @Override
    public NDArray logits(NDArray images, NDManager scope) {
        try {
            return strictLogits(images, scope);
        } catch (UnusableProgramException e) {
            long count = images.getShape().get(0);
            if (count == 1) {
                float[] none = new float[classes];
                Arrays.fill(none, Float.NaN);
                return scope.create(none, new Shape(1, classes));
            }
            // By halves, so that one of many does not cost a pass for each.
            long half = count / 2;
            return logits(images.get(":" + half), scope).concat(logits(images.get(half + ":"), scope), 0);
        }
    }

    /**
     * The logits, or what is wrong with the program.
     *
     * @throws UnusableProgramException if it fails, or its answer is not one number for each class of each image
     */
    public NDArray strictLogits(NDArray images, NDManager scope) {
        NDArray answers = answers(images, scope);
        return program.answers() == Program.Answers.PROBABILITIES
                ? answers.maximum(LEAST_PROBABILITY).log()
                : answers;
    }

    /**
     * What the program answers, {@code [batch, classes]} of float32.
     *
     * @throws UnusableProgramException as {@link #strictLogits}
     */
    public NDArray answers(NDArray images, NDManager scope) {
        long count = images.getShape().get(0);
        NDList out;
        try {
            out = runner.run(planes(images, scope), scope);
        } catch (EngineException | IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
            throw new UnusableProgramException(
                    "it fails on %d image(s) of %s with %d plane(s): %s"
                            .formatted(count, size, program.planes().size(), reason(e)),
                    e);
        }
        if (out.size() != 1) {
            throw new UnusableProgramException("it answers with %d arrays, not one".formatted(out.size()));
        }
        NDArray only = out.head();
        if (!FLOATS.contains(only.getDataType())
                || only.isSparse()
                || !Arrays.equals(only.getShape().getShape(), new long[] {count, classes})) {
            throw new UnusableProgramException("it answers %d image(s) with %s of %s, not with %d numbers for each"
                    .formatted(count, only.getShape(), only.getDataType(), classes));
        }
        return only.toType(DataType.FLOAT32, false);
    }

    /** {@code [batch, planes, height, width]}. */
    private NDArray planes(NDArray images, NDManager scope) {
        List<Program.Plane> planes = program.planes();
        // The program may change it in place, and so do we; it is the batch's memory.
        NDArray image = images.reshape(images.getShape().get(0), planes.size(), size.height(), size.width())
                .duplicate();
        if (planes.stream().allMatch(Program.Plane.AS_IS::equals)) {
            return image;
        }
        float[] means = new float[planes.size()];
        float[] deviations = new float[planes.size()];
        for (int i = 0; i < planes.size(); i++) {
            means[i] = (float) planes.get(i).mean();
            deviations[i] = (float) planes.get(i).standardDeviation();
        }
        Shape each = new Shape(1, planes.size(), 1, 1);
        return image.subi(scope.create(means, each)).divi(scope.create(deviations, each));
    }

    /** Of a trace of Python's, the last line that names an error; else the first. */
    static String reason(RuntimeException e) {
        List<String> lines =
                String.valueOf(e.getMessage()).lines().map(String::strip).toList();
        return lines.stream()
                .filter(line -> line.matches("[\\w.]*(Error|Exception): .*"))
                .reduce((earlier, later) -> later)
                .or(() -> lines.stream().filter(line -> !line.isEmpty()).findFirst())
                .orElse("");
    }
}
