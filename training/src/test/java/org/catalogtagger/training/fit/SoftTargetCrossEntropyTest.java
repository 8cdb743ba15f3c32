package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.Test;

class SoftTargetCrossEntropyTest {
    private static final float[] EQUAL = {1, 1, 1};

    private final TrainingBatch batch = new TrainingBatch(new ImageBatch(new Normalization.None(), 1, 2), 2, 3);

    @Test
    void lossIsTheMeanCrossEntropy() {
        batch.add(new float[1], 2, 2, 1, EQUAL, 0);
        batch.add(new float[1], 0, 0, 1, EQUAL, 0.3);
        double first = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 3;
        double second = Math.log(3);
        assertThat(batch.targets()).containsExactly(new float[] {0, 0, 1, 0.8f, 0.1f, 0.1f}, within(1e-6f));
        assertThat(loss(1, 2, 3, 0, 0, 0)).isCloseTo((first + second) / 2, within(1e-5));
    }

    @Test
    void aMixedImageIsOfTwoClasses() {
        batch.add(new float[1], 0, 2, 0.25, EQUAL, 0);
        assertThat(batch.targets()).containsExactly(new float[] {0.25f, 0, 0.75f}, within(1e-6f));
        assertThat(batch.label(0)).as("mostly").isEqualTo(2);
    }

    @Test
    void classesCountByTheirWeights() {
        batch.add(new float[1], 0, 0, 1, new float[] {3, 1, 0.5f}, 0.3);
        assertThat(batch.targets()).containsExactly(new float[] {2.4f, 0.1f, 0.05f}, within(1e-6f));
    }

    @Test
    void gradientIsRightWhereGarbageIsCollectedBeforeTheBackwardPass() {
        float[] targets = {0.1f, 0.2f, 0.7f, 0.5f, 0.5f, 0};
        try (NDManager manager = PyTorch.newManager();
                GradientCollector collector = PyTorch.engine().newGradientCollector()) {
            NDArray logits = manager.create(new float[] {1, 2, 3, 0, 0, 0}, new Shape(2, 3));
            logits.setRequiresGradient(true);
            NDArray loss = SoftTargetCrossEntropy.of(manager.create(targets, new Shape(2, 3)), logits);
            collectGarbage();
            collector.backward(loss);
            double all = Math.exp(1) + Math.exp(2) + Math.exp(3);
            double third = 1 / 3.0;
            assertThat(logits.getGradient().toFloatArray())
                    .containsExactly(
                            new float[] {
                                (float) (Math.exp(1) / all - 0.1) / 2,
                                (float) (Math.exp(2) / all - 0.2) / 2,
                                (float) (Math.exp(3) / all - 0.7) / 2,
                                (float) (third - 0.5) / 2,
                                (float) (third - 0.5) / 2,
                                (float) third / 2
                            },
                            within(1e-6f));
        }
    }

    /** Until direct buffers that nobody refers to are freed. */
    private static void collectGarbage() {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        for (int rounds = 0; rounds < 5; rounds++) {
            IntStream.range(0, 100).forEach(i -> ByteBuffer.allocateDirect(Float.BYTES));
            long before = direct.getCount();
            while (direct.getCount() > before - 100) {
                System.gc();
            }
        }
    }

    private double loss(float... logits) {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray targets = manager.create(batch.targets(), new Shape(2, 3));
            return SoftTargetCrossEntropy.of(targets, manager.create(logits, new Shape(2, 3)))
                    .getFloat();
        }
    }
}
