package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Passes once over several arrays of one length in the CPU's memory, in place, with all cores.
 *
 * <p>PyTorch's element-wise operations each pass over whole arrays; an AdamW step of five operations or more on arrays
 * that no cache holds is bound by memory. Here a block of each array is brought into the first-level cache, all the
 * arithmetic is done there, and what changed is written back: each array is read once and written at most once.
 */
final class ArraySweep {
    /** Floats of one block: five of them, 20 KiB, fit into a first-level cache. */
    private static final int BLOCK = 1024;

    /** Floats of one task: large enough to make the handing out cheap. */
    private static final int TASK = 64 * BLOCK;

    private static final int MOST_ARRAYS = 5;
    private static final ThreadLocal<float[][]> BLOCKS = ThreadLocal.withInitial(() -> new float[MOST_ARRAYS][BLOCK]);

    private final List<Task> tasks = new ArrayList<>();

    /** The arithmetic, on the same {@code length} elements of each array, in the order in which they were given. */
    @FunctionalInterface
    interface Kernel {
        void apply(float[][] blocks, int length);
    }

    private record Task(FloatBuffer[] arrays, int from, int to) {}

    /**
     * Adds arrays of equal length, contiguous float32 on the CPU, to those that are passed over; they must stay open
     * until the last {@link #run}.
     */
    void add(NDArray... arrays) {
        FloatBuffer[] buffers = new FloatBuffer[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            buffers[i] = arrays[i].toByteBuffer(true).asFloatBuffer();
        }
        for (int from = 0; from < buffers[0].limit(); from += TASK) {
            tasks.add(new Task(buffers, from, Math.min(from + TASK, buffers[0].limit())));
        }
    }

    /**
     * Applies the arithmetic to all elements.
     *
     * @param written so many of the arrays, from the first, are written back
     */
    void run(int written, Kernel kernel) {
        IntStream.range(0, tasks.size()).parallel().forEach(i -> run(tasks.get(i), written, kernel));
    }

    private static void run(Task task, int written, Kernel kernel) {
        float[][] blocks = BLOCKS.get();
        for (int from = task.from(); from < task.to(); from += BLOCK) {
            int length = Math.min(BLOCK, task.to() - from);
            for (int i = 0; i < task.arrays().length; i++) {
                task.arrays()[i].get(from, blocks[i], 0, length);
            }
            kernel.apply(blocks, length);
            for (int i = 0; i < written; i++) {
                task.arrays()[i].put(from, blocks[i], 0, length);
            }
        }
    }
}
