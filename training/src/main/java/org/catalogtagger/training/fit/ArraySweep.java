package org.catalogtagger.training.fit;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Passes once over several arrays of one length in the CPU's memory, in place, with all cores.
 *
 * <p>PyTorch's element-wise operations each pass over whole arrays; an AdamW step of five operations or more on arrays
 * that no cache holds is bound by memory. Here a block of each array is brought into the first-level cache, all the
 * arithmetic is done there, and what changed is written back: each array is read once and written at most once.
 */
final class ArraySweep {
    /** Floats of one task: large enough to make the handing out cheap. */
    private static final int TASK = 64 * BlockValues.CAPACITY;

    private static final int MOST_ARRAYS = 5;
    private static final ThreadLocal<List<BlockValues>> BLOCKS = ThreadLocal.withInitial(
            () -> Stream.generate(BlockValues::new).limit(MOST_ARRAYS).toList());

    private final List<Task> tasks = new ArrayList<>();

    /** The arithmetic, on a block of each array, in the order in which they were given. */
    @FunctionalInterface
    interface Kernel {
        void apply(List<BlockValues> blocks);
    }

    private record Task(Kernel kernel, FloatBuffer[] arrays, int from, int to) {}

    /**
     * Adds arrays of equal length, contiguous float32 on the CPU, to those that are passed over; they must stay open
     * until the last {@link #run}.
     */
    void add(Kernel kernel, List<NDArray> arrays) {
        FloatBuffer[] buffers = new FloatBuffer[arrays.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = arrays.get(i).toByteBuffer(true).asFloatBuffer();
        }
        for (int from = 0; from < buffers[0].limit(); from += TASK) {
            tasks.add(new Task(kernel, buffers, from, Math.min(from + TASK, buffers[0].limit())));
        }
    }

    /**
     * Applies the arithmetic to all elements.
     *
     * @param written so many of the arrays, from the first, are written back
     * @return whether all elements of the first arrays are finite now
     */
    boolean run(int written) {
        return IntStream.range(0, tasks.size())
                .parallel()
                .filter(i -> !run(tasks.get(i), written))
                .boxed()
                .toList()
                .isEmpty();
    }

    private static boolean run(Task task, int written) {
        FloatBuffer[] arrays = task.arrays();
        List<BlockValues> blocks = BLOCKS.get().subList(0, arrays.length);
        float[] faults = new float[BlockValues.CAPACITY];
        for (int from = task.from(); from < task.to(); from += BlockValues.CAPACITY) {
            int length = Math.min(BlockValues.CAPACITY, task.to() - from);
            for (int i = 0; i < arrays.length; i++) {
                blocks.get(i).read(arrays[i], from, length);
            }
            task.kernel().apply(blocks);
            for (int i = 0; i < written; i++) {
                blocks.get(i).write(arrays[i], from);
            }
            blocks.get(0).addFaults(faults);
        }
        return isZero(faults);
    }

    /** Also where a zero is negative; a NaN is not. */
    private static boolean isZero(float[] faults) {
        for (float fault : faults) {
            if (fault != 0) {
                return false;
            }
        }
        return true;
    }
}
