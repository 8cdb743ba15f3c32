package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.List;

/**
 * How many tags that come after one another are worth one that is independent: images of a run are alike, and so right or
 * wrong together. The variance of blocks of tags over that of as many independent ones (Donner and Klar, 2000, Design and
 * Analysis of Cluster Randomization Trials, section 1.3), from the differences of successive blocks (von Neumann, 1941), so
 * that a fall is no variance.
 */
final class Dispersion {
    /** Tags of a block: runs are caught that are not much longer. */
    private static final int[] BLOCKS = {32, 128};

    /**
     * What is believed of right and wrong tags before there are blocks: as of runs of 60 products. While they were taken for independent at first, two
     * thirds of all false alarms on such runs came in the first tenth of the stream (bench drift-streams, runsOfQuality).
     */
    static final double OF_ACCURACY = 3;

    /** Blocks that are worth as much as what is believed of each size: of the smallest at first, of the next by the one before. */
    private static final double[] BELIEFS = {4, 20};

    /** How many times the excess of small blocks large ones are believed to have: as many as they are larger, if runs are as long, and less if not. */
    private static final double GROWTH = 3;

    private static final double FORGOTTEN = 1 - 1 / 500.0;

    /** What is believed of the smallest blocks before there are some. Not state: the owner knows it. */
    @JsonIgnore
    private final double atFirst;

    private final double[] squares = new double[BLOCKS.length];
    private final double[] differences = new double[BLOCKS.length];

    /** Blocks of {@code BLOCKS[0]} tags are believed to be dispersed so much, until it is known. */
    Dispersion(double atFirst) {
        this.atFirst = atFirst;
    }

    /** 1 or more: 1 if tags are independent. */
    double value() {
        double largest = 1;
        double believed = atFirst;
        for (int i = 0; i < BLOCKS.length; i++) {
            double blocks = BELIEFS[i] + differences[i];
            double mean = (BELIEFS[i] * believed + squares[i]) / blocks;
            believed = 1 + GROWTH * Math.max(0, mean - 1);
            // Half a standard error less: the larger of two means is too large on average.
            largest = Math.max(largest, mean * (1 - 0.5 * Math.sqrt(2 / blocks)));
        }
        return largest;
    }

    private void add(int block, double square) {
        squares[block] = squares[block] * FORGOTTEN + square;
        differences[block] = differences[block] * FORGOTTEN + 1;
    }

    /** The blocks of one series of tags. */
    static final class Series {
        private final double[] tags = new double[BLOCKS.length];
        private final double[] excess = new double[BLOCKS.length];
        private final double[] variance = new double[BLOCKS.length];
        private final double[] lastExcess = new double[BLOCKS.length];
        private final double[] lastVariance = new double[BLOCKS.length];

        /**
         * Takes tags.
         *
         * @param moreExcess those that are right over those that were to be expected right
         * @param moreVariance of the latter if tags are independent
         */
        void add(double moreTags, double moreExcess, double moreVariance, Dispersion dispersion) {
            for (int i = 0; i < BLOCKS.length; i++) {
                tags[i] += moreTags;
                excess[i] += moreExcess;
                variance[i] += moreVariance;
                if (tags[i] >= BLOCKS[i]) {
                    close(i, dispersion);
                }
            }
        }

        /** Begins anew: what comes is not to be compared with what was. */
        void forget() {
            for (double[] sums : List.of(tags, excess, variance, lastExcess, lastVariance)) {
                Arrays.fill(sums, 0);
            }
        }

        private void close(int block, Dispersion dispersion) {
            double mean = excess[block] / tags[block];
            double ofMean = variance[block] / (tags[block] * tags[block]);
            if (lastVariance[block] > 0 && ofMean > 0) {
                double difference = mean - lastExcess[block];
                dispersion.add(block, difference * difference / (ofMean + lastVariance[block]));
            }
            lastExcess[block] = mean;
            lastVariance[block] = ofMean;
            tags[block] = 0;
            excess[block] = 0;
            variance[block] = 0;
        }
    }
}
