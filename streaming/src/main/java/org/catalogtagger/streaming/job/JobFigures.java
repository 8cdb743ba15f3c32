package org.catalogtagger.streaming.job;

import java.util.Map;
import org.catalogtagger.streaming.classify.ClassifyMetrics;

/**
 * What a job has done, and where its time went.
 *
 * @param tagged images
 * @param rejected events
 * @param seconds from the first event's decoding to the last tag
 * @param forwardSeconds in the model's forward passes, all subtasks together
 * @param decodeSeconds in decoding, all subtasks together
 */
public record JobFigures(long tagged, long rejected, double seconds, double forwardSeconds, double decodeSeconds) {
    /**
     * The figures in a job's accumulators.
     *
     * @param accumulators of the job, running or ended
     */
    public static JobFigures of(Map<String, Object> accumulators) {
        double millis = number(accumulators, ClassifyMetrics.LAST_TAG_MILLIS)
                - number(accumulators, ClassifyMetrics.FIRST_EVENT_MILLIS);
        return new JobFigures(
                (long) number(accumulators, ClassifyMetrics.TAGS),
                (long) number(accumulators, ClassifyMetrics.REJECTED),
                millis / 1e3,
                number(accumulators, ClassifyMetrics.FORWARD_NANOS) / 1e9,
                number(accumulators, ClassifyMetrics.DECODE_NANOS) / 1e9);
    }

    private static double number(Map<String, Object> accumulators, String name) {
        return accumulators.get(name) instanceof Number number ? number.doubleValue() : 0;
    }

    /** Tags in a second; 0 if there are too few to tell. */
    public double imagesPerSecond() {
        return seconds > 0 ? tagged / seconds : 0;
    }
}
