package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Puts labels into the order of their tags: those of the tags of one time are let through together, once nearly all have
 * come. Wrong tags may be labelled sooner than right ones, so that what has come by half says nothing. Not thread-safe.
 */
final class LabelCohorts {
    /** Parts of the time that labels may take. */
    private static final int COHORTS = 64;

    /** Labels that may be missing: a fall is no less than about twice that. */
    private static final double MISSING = 0.02;

    /**
     * The same until it is known how long labels take, lest nothing be judged for that long where one in ten never comes: if all
     * that lack were right ones, an accuracy of 0.85 would seem to be 0.83, and half a fall of 5 points is the least that counts.
     */
    private static final double MISSING_AT_FIRST = 1 - LabelSelection.NEARLY_ALL;

    /** Labels of cohorts that were waited for to the end, from which on it is known how long they take. */
    private static final double KNOWN_FROM = 200;

    private static final double FORGOTTEN = 0.97;

    private final TreeMap<Long, Cohort> cohorts = new TreeMap<>();

    /** Labels by age, of cohorts that were waited for to the end; see {@link #binOf}. */
    private final double[] arrivals = new double[COHORTS + 1];

    /** Tags of about one time. */
    private static final class Cohort {
        private long tagged;
        private long labelled;

        /** Of the oldest that is pending. */
        private long time;

        private LabelledTags pending = new LabelledTags();
        private final long[] arrivals = new long[COHORTS + 1];
    }

    /** Labels of tags of one time that are let through. */
    record Ready(long time, LabelledTags tags) {}

    /**
     * Takes tags and labels.
     *
     * @param time of their tags, milliseconds since 1970
     * @param newest of all tags
     * @param within how long labels may take, in milliseconds
     */
    List<Ready> add(LabelledTags tags, long time, long newest, long within) {
        long width = Math.max(1, within / COHORTS);
        long begin = Math.floorDiv(time, width) * width;
        if (within == 0 || newest - begin > within + width) {
            return List.of(new Ready(time, tags));
        }
        Cohort cohort = cohorts.computeIfAbsent(begin, t -> new Cohort());
        cohort.time = cohort.pending.isNothing() ? time : Math.min(cohort.time, time);
        long labelled = tags.labelled();
        cohort.tagged += tags.expected();
        cohort.labelled += labelled;
        cohort.pending.add(tags);
        cohort.arrivals[binOf(newest - begin, width)] += Math.max(0, labelled);
        return ready(newest, within, width);
    }

    private List<Ready> ready(long newest, long within, long width) {
        boolean isKnown = Arrays.stream(arrivals).sum() >= KNOWN_FROM;
        double mayLack = isKnown ? MISSING : MISSING_AT_FIRST;
        long enough = isKnown ? enoughMillis(within, width) : within + width;
        List<Ready> ready = new ArrayList<>();
        cohorts.forEach((begin, cohort) -> {
            boolean isComplete = cohort.tagged - cohort.labelled <= mayLack * cohort.tagged;
            if ((isComplete || newest - begin > enough) && !cohort.pending.isNothing()) {
                ready.add(new Ready(cohort.time, cohort.pending));
                cohort.pending = new LabelledTags();
            }
        });
        while (!cohorts.isEmpty() && newest - cohorts.firstKey() > within + width) {
            Cohort over = cohorts.pollFirstEntry().getValue();
            for (int i = 0; i < arrivals.length; i++) {
                arrivals[i] = FORGOTTEN * arrivals[i] + over.arrivals[i];
            }
        }
        return ready;
    }

    /** The age of tags whose labels have come, as far as they ever do. */
    private long enoughMillis(long within, long width) {
        double all = Arrays.stream(arrivals).sum();
        double sofar = 0;
        for (int i = 0; i < arrivals.length; i++) {
            sofar += arrivals[i];
            if (sofar >= (1 - MISSING) * all) {
                return i * width + (i == 0 ? 0 : width);
            }
        }
        return within + width;
    }

    private static int binOf(long age, long width) {
        return (int) Math.max(0, Math.min(COHORTS, age / width));
    }
}
