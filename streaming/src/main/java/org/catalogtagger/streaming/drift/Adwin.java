package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ADWIN2 (Bifet and Gavaldà, 2007, Learning from Time-Changing Data with Adaptive Windowing): a window that is cut where
 * its older part differs from its newer one. It is kept as an exponential histogram, so that a million tags take some
 * hundred numbers.
 */
public final class Adwin implements ChangeDetector {
    /** Buckets of each size before two are merged, and tags from one check to the next: those of the authors' code. */
    private static final int MAX_BUCKETS = 5;

    private static final int CHECK_EVERY = 32;
    private static final int SMALLEST_PART = 5;
    private static final int SMALLEST_WINDOW = 10;

    private final double delta;

    /** Right tags in each bucket: those of row r hold 2^r tags, the oldest of a row comes first. */
    private final List<List<Long>> rows = new ArrayList<>();

    private long width;
    private long right;
    private long added;

    /**
     * An empty window.
     *
     * @param delta the chance of a false cut at each check, more than 0, less than 1
     */
    @JsonCreator
    public Adwin(@JsonProperty("delta") double delta) {
        this.delta = delta;
        rows.add(new ArrayList<>());
    }

    /** The chance of a false cut at each check that keeps false cuts this many tags apart. */
    static double deltaFor(double falseCutEvery) {
        return Math.min(0.5, CHECK_EVERY / falseCutEvery);
    }

    /** The share of right tags in the window, 0 to 1; 0 if it is empty. */
    public double mean() {
        return width == 0 ? 0 : (double) right / width;
    }

    /** Tags in the window. */
    public long width() {
        return width;
    }

    @Override
    public Optional<Fall> add(boolean isRight) {
        rows.get(0).add(isRight ? 1L : 0L);
        width++;
        right += isRight ? 1 : 0;
        merge();
        added++;
        if (added % CHECK_EVERY != 0 || width <= SMALLEST_WINDOW) {
            return Optional.empty();
        }
        return cut();
    }

    private void merge() {
        for (int row = 0; rows.get(row).size() > MAX_BUCKETS; row++) {
            if (row + 1 == rows.size()) {
                rows.add(new ArrayList<>());
            }
            List<Long> buckets = rows.get(row);
            rows.get(row + 1).add(buckets.remove(0) + buckets.remove(0));
        }
    }

    /** Drops the oldest buckets as long as there is a place where the window falls apart. */
    private Optional<Fall> cut() {
        Optional<Split> first = split();
        Optional<Split> split = first;
        while (split.isPresent()) {
            dropOldest();
            split = split();
        }
        return first.filter(found -> found.after() < found.before())
                .map(found -> new Fall(found.before(), found.after(), found.newer()));
    }

    private record Split(double before, double after, long newer, double excess) {}

    /** The place where the parts differ most, if they differ too much. */
    private Optional<Split> split() {
        Optional<Split> most = Optional.empty();
        long older = 0;
        long olderRight = 0;
        for (int row = rows.size() - 1; row >= 0; row--) {
            for (long bucket : rows.get(row)) {
                older += 1L << row;
                olderRight += bucket;
                long newer = width - older;
                if (newer < SMALLEST_PART) {
                    return most;
                }
                double before = (double) olderRight / older;
                double after = (double) (right - olderRight) / newer;
                if (older >= SMALLEST_PART) {
                    double excess = Math.abs(before - after) / threshold(older, newer);
                    if (excess > most.map(Split::excess).orElse(1.0)) {
                        most = Optional.of(new Split(before, after, newer, excess));
                    }
                }
            }
        }
        return most;
    }

    /** The paper's section 4, with the variance of what is right or wrong. */
    private double threshold(long older, long newer) {
        double variance = mean() * (1 - mean());
        double logs = Math.log(2 * Math.log((double) width) / delta);
        double inverse = 1.0 / (older - SMALLEST_PART + 1) + 1.0 / (newer - SMALLEST_PART + 1);
        return Math.sqrt(2 * inverse * variance * logs) + 2.0 / 3 * inverse * logs;
    }

    private void dropOldest() {
        int last = rows.size() - 1;
        width -= 1L << last;
        right -= rows.get(last).remove(0);
        while (rows.size() > 1 && rows.get(rows.size() - 1).isEmpty()) {
            rows.remove(rows.size() - 1);
        }
    }
}
