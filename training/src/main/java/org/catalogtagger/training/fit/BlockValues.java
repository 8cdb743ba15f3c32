package org.catalogtagger.training.fit;

import java.nio.FloatBuffer;

/** A block of an array on its way through a first-level cache; filled, computed with, written back. */
final class BlockValues implements Values<BlockValues> {
    /** Floats of a block: five of them, 20 KiB, fit into a first-level cache. */
    static final int CAPACITY = 1024;

    private final float[] values = new float[CAPACITY];
    private int length;

    void read(FloatBuffer array, int from, int count) {
        array.get(from, values, 0, count);
        length = count;
    }

    void write(FloatBuffer array, int from) {
        array.put(from, values, 0, length);
    }

    /** Adds to each of the sums 0, or NaN where the value is infinite or NaN. */
    void addFaults(float[] sums) {
        for (int i = 0; i < length; i++) {
            sums[i] += values[i] * 0f;
        }
    }

    @Override
    public void blend(float keep, float share, BlockValues other) {
        float[] own = values;
        float[] added = other.values;
        for (int i = 0; i < length; i++) {
            own[i] = keep * own[i] + share * added[i];
        }
    }

    @Override
    public void square() {
        float[] own = values;
        for (int i = 0; i < length; i++) {
            own[i] = own[i] * own[i];
        }
    }

    @Override
    public void rootOf(BlockValues other) {
        float[] own = values;
        float[] squares = other.values;
        for (int i = 0; i < length; i++) {
            own[i] = (float) Math.sqrt(squares[i]);
        }
    }

    @Override
    public void divide(BlockValues dividend, float scale, float shift) {
        float[] own = values;
        float[] divided = dividend.values;
        for (int i = 0; i < length; i++) {
            own[i] = divided[i] / (scale * own[i] + shift);
        }
    }
}
