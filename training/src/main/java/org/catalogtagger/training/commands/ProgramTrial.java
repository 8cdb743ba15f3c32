package org.catalogtagger.training.commands;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Probe;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Program.Answers;
import org.catalogtagger.model.network.ProgramNetwork;
import org.catalogtagger.model.network.UnusableProgramException;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/** Tries a program on a few images, and on such as are none, and finds out what its answers are. */
final class ProgramTrial {
    private static final int IMAGES = 8;

    /** What float arithmetic may differ by from batch to batch. */
    private static final double TOLERANCE = 1e-3;

    /** Of probabilities, together: 52 that are each rounded to three digits are at most 0.026 off. */
    private static final double ROUNDING = 0.03;

    private final ProgramNetwork program;
    private final Normalization normalization;
    private final NDManager manager;

    /** A trial of a program that the manager owns. */
    ProgramTrial(ProgramNetwork program, Normalization normalization, NDManager manager) {
        this.program = program;
        this.normalization = normalization;
        this.manager = manager;
    }

    /**
     * What its answers are: probabilities if those for each image are none below 0 and sum to 1, as far as rounding goes.
     *
     * @param images of which a few are taken
     * @throws UnusableProgramException if it fails, answers an image otherwise when it is asked again, or alone, or answers in
     *     percent
     */
    Answers answers(List<Image> images) {
        List<byte[]> some = new ArrayList<>();
        int count = Math.min(IMAGES, images.size());
        for (int i = 0; i < count; i++) {
            some.add(images.get((int) ((long) i * images.size() / count)).pixels());
        }
        some.addAll(Probe.images(some.get(0).length));
        float[] together = answer(some);
        requireAlike(together, answer(some), "the second time");
        int classes = together.length / some.size();
        boolean areProbabilities = true;
        boolean arePercentages = true;
        for (int i = 0; i < some.size(); i++) {
            float[] row = new float[classes];
            System.arraycopy(together, i * classes, row, 0, classes);
            requireAlike(row, answer(List.of(some.get(i))), "alone");
            areProbabilities &= areSharesOf(1, row);
            arePercentages &= areSharesOf(100, row);
        }
        if (arePercentages) {
            throw new UnusableProgramException("it answers in percent; have it divide by 100");
        }
        return areProbabilities ? Answers.PROBABILITIES : Answers.LOGITS;
    }

    private float[] answer(List<byte[]> images) {
        try (ImageBatch batch = new ImageBatch(normalization, images.get(0).length, images.size());
                NDManager scope = manager.newSubManager()) {
            images.forEach(batch::add);
            return program.answers(batch.toArray(scope), scope).toFloatArray();
        }
    }

    private static void requireAlike(float[] first, float[] second, String when) {
        for (int i = 0; i < first.length; i++) {
            if (!Float.isFinite(first[i])) {
                throw new UnusableProgramException("it answers an image with " + first[i]);
            }
            if (!(Math.abs(first[i] - second[i]) <= TOLERANCE * (1 + Math.abs(first[i])))) {
                throw new UnusableProgramException(
                        "it answers an image with %s, and %s with %s; was it in training mode? Call model.eval() before it is traced"
                                .formatted(first[i], when, second[i]));
            }
        }
    }

    private static boolean areSharesOf(int whole, float[] row) {
        double sum = 0;
        for (float each : row) {
            if (each < 0) {
                return false;
            }
            sum += each;
        }
        return Math.abs(sum - whole) <= ROUNDING * whole;
    }
}
