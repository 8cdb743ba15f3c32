package org.catalogtagger.streaming.job;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.catalogtagger.streaming.job.ModelRelease.Role;

/** What a classify subtask tells of itself: to Flink's metrics, and in accumulators to whoever awaits the job's end. */
final class ClassifyMetrics {
    private static final int HISTOGRAM_WINDOW = 1000;

    private final MetricGroup group;
    private final Counter forwardMillis;
    private final Counter tagged;
    private final Histogram batchSize;
    private final Counter releasesAccepted;
    private final Counter releasesRefused;
    private final Map<String, Counter> rejected = new HashMap<>();

    private final LongCounter tags = new LongCounter();
    private final LongCounter rejections = new LongCounter();
    private final LongCounter forwardNanos = new LongCounter();
    private final LongCounter decodeNanos = new LongCounter();
    private final LongMinimum firstEventMillis = new LongMinimum();
    private final LongMaximum lastTagMillis = new LongMaximum();
    private boolean started;

    ClassifyMetrics(RuntimeContext context, MetricGroup group, Releases releases) {
        this.group = group;
        forwardMillis = group.counter("forwardMillis");
        tagged = group.counter("tagged");
        batchSize = group.histogram("batchSize", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
        releasesAccepted = group.counter("releasesAccepted");
        releasesRefused = group.counter("releasesRefused");
        group.gauge("modelVersion", () -> releases.version(Role.LIVE));
        group.gauge("shadowModelVersion", () -> releases.version(Role.SHADOW));
        context.addAccumulator(TaggingJob.TAGS, tags);
        context.addAccumulator(TaggingJob.REJECTED, rejections);
        context.addAccumulator(TaggingJob.FORWARD_NANOS, forwardNanos);
        context.addAccumulator(TaggingJob.DECODE_NANOS, decodeNanos);
        context.addAccumulator(TaggingJob.FIRST_EVENT_MILLIS, firstEventMillis);
        context.addAccumulator(TaggingJob.LAST_TAG_MILLIS, lastTagMillis);
    }

    /** The time from which decoding is counted. */
    long decodeBegins() {
        if (!started) {
            started = true;
            firstEventMillis.add(System.currentTimeMillis());
        }
        return System.nanoTime();
    }

    void decodeEnds(long begin) {
        decodeNanos.add(System.nanoTime() - begin);
    }

    void forward(int images, long nanos) {
        forwardNanos.add(nanos);
        forwardMillis.inc(nanos / 1_000_000);
        batchSize.update(images);
    }

    void tagged(int images, long atMillis) {
        tagged.inc(images);
        tags.add(images);
        lastTagMillis.add(atMillis);
    }

    void rejected(String reason) {
        rejections.add(1);
        rejected.computeIfAbsent(reason, r -> group.addGroup("reason", r).counter("rejected"))
                .inc();
    }

    void released(boolean accepted) {
        (accepted ? releasesAccepted : releasesRefused).inc();
    }
}
