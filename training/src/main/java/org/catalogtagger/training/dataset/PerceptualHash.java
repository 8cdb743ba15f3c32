package org.catalogtagger.training.dataset;

import java.util.Arrays;
import org.catalogtagger.model.image.ImageSize;

/**
 * 64 bits of what a picture looks like: the signs of its 8 by 8 lowest frequencies, against their median (the "pHash" of
 * Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, section 3.2). Pictures that differ by
 * compression, brightness or a little noise have hashes that differ in few bits. Not thread-safe.
 */
final class PerceptualHash {
    private static final int FREQUENCIES = 8;

    private final ImageSize size;
    private final float[][] horizontal;
    private final float[][] vertical;
    private final float[][] rows;
    private final float[] frequencies = new float[FREQUENCIES * FREQUENCIES];

    PerceptualHash(ImageSize size) {
        this.size = size;
        this.horizontal = cosines(size.width());
        this.vertical = cosines(size.height());
        this.rows = new float[FREQUENCIES][size.height()];
    }

    /** The type-II discrete cosine transform's lowest frequencies, one a row. */
    private static float[][] cosines(int length) {
        float[][] cosines = new float[FREQUENCIES][length];
        for (int frequency = 0; frequency < FREQUENCIES; frequency++) {
            for (int i = 0; i < length; i++) {
                cosines[frequency][i] = (float) Math.cos(Math.PI * (2 * i + 1) * frequency / (2 * length));
            }
        }
        return cosines;
    }

    /**
     * The hash of a picture.
     *
     * @param levels its gray levels, row by row
     */
    long of(byte[] levels) {
        for (int y = 0; y < size.height(); y++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                float sum = 0;
                for (int x = 0; x < size.width(); x++) {
                    sum += horizontal[u][x] * (levels[y * size.width() + x] & 0xFF);
                }
                rows[u][y] = sum;
            }
        }
        for (int v = 0; v < FREQUENCIES; v++) {
            for (int u = 0; u < FREQUENCIES; u++) {
                float sum = 0;
                for (int y = 0; y < size.height(); y++) {
                    sum += vertical[v][y] * rows[u][y];
                }
                frequencies[v * FREQUENCIES + u] = sum;
            }
        }
        return signs();
    }

    private long signs() {
        // Without the mean, which is larger than all the others together.
        float[] sorted = Arrays.copyOfRange(frequencies, 1, frequencies.length);
        Arrays.sort(sorted);
        float median = sorted[sorted.length / 2];
        long bits = 0;
        for (int i = 0; i < frequencies.length; i++) {
            bits |= frequencies[i] > median ? 1L << i : 0;
        }
        return bits;
    }
}
