package org.catalogtagger.streaming.accuracy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows of event time, which are made of panes: each pane belongs wholly to each of its windows.
 *
 * @param sizeMillis of a window; of the longest one where they are cumulative
 * @param stepMillis from one window to the next; divides the size. A tumbling window is one whose step is its size.
 */
public record AccuracyWindows(Kind kind, long sizeMillis, long stepMillis) implements Serializable {
    /** How windows follow each other. */
    public enum Kind {
        /** One after the other, or overlapping if the step is smaller than the size. */
        SLIDING,
        /** Windows that begin together, each a step longer than the one before, until the size is reached. */
        CUMULATIVE
    }

    /** Checks that the panes fit. */
    public AccuracyWindows {
        if (stepMillis <= 0 || sizeMillis < stepMillis || sizeMillis % stepMillis != 0) {
            throw new IllegalArgumentException(
                    "windows of %d ms cannot be made of steps of %d ms".formatted(sizeMillis, stepMillis));
        }
    }

    /**
     * A window.
     *
     * @param start milliseconds since 1970, inclusive
     * @param end milliseconds since 1970, exclusive
     */
    public record Window(long start, long end) {}

    /** When the pane of an event began. */
    public long paneStart(long eventTime) {
        return eventTime - Math.floorMod(eventTime, stepMillis);
    }

    /** The windows that a pane belongs to, the first that ends first. */
    public List<Window> windowsOf(long paneStart) {
        List<Window> windows = new ArrayList<>();
        switch (kind) {
            case SLIDING -> {
                for (long end = paneStart + stepMillis; end <= paneStart + sizeMillis; end += stepMillis) {
                    windows.add(new Window(end - sizeMillis, end));
                }
            }
            case CUMULATIVE -> {
                long start = paneStart - Math.floorMod(paneStart, sizeMillis);
                for (long end = paneStart + stepMillis; end <= start + sizeMillis; end += stepMillis) {
                    windows.add(new Window(start, end));
                }
            }
        }
        return windows;
    }

    /** When the last of a pane's windows ends. */
    public long lastEndOf(long paneStart) {
        return kind == Kind.SLIDING
                ? paneStart + sizeMillis
                : paneStart - Math.floorMod(paneStart, sizeMillis) + sizeMillis;
    }

    /** The last end of a window that is not after the time a watermark stands for. */
    public long closedUntil(long watermark) {
        // The least long is no multiple of anything.
        long until = watermark == Long.MAX_VALUE ? watermark : watermark + 1;
        return until < Long.MIN_VALUE + stepMillis ? Long.MIN_VALUE : until - Math.floorMod(until, stepMillis);
    }

    /** When the panes of a window began. */
    public List<Long> panesOf(Window window) {
        List<Long> panes = new ArrayList<>();
        for (long start = window.start(); start < window.end(); start += stepMillis) {
            panes.add(start);
        }
        return panes;
    }

    /** The window that ends at a time. */
    public Window endingAt(long end) {
        long start = kind == Kind.SLIDING
                ? end - sizeMillis
                : end - stepMillis - Math.floorMod(end - stepMillis, sizeMillis);
        return new Window(start, end);
    }
}
