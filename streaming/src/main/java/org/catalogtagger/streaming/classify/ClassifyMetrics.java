package org.catalogtagger.streaming.classify;

import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.accumulators.LongMinimum;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.metrics.JobMetrics;
import org.catalogtagger.streaming.metrics.SecondsHistogram;

/** What a classify subtask tells of itself: to Flink's metrics, and in accumulators to whoever awaits the job's end. */
public final class ClassifyMetrics {
    /** Accumulator: tags made. */
    public static final String TAGS = "tags";

    /** Accumulator: events rejected. */
    public static final String REJECTED = "rejected";

    /** Accumulator: nanoseconds in the model's forward passes, all subtasks together. */
    public static final String FORWARD_NANOS = "forwardNanos";

    /** Accumulator: nanoseconds in decoding, all subtasks together. */
    public static final String DECODE_NANOS = "decodeNanos";

    /** Accumulator: when the first event came to be decoded, milliseconds since 1970. */
    public static final String FIRST_EVENT_MILLIS = "firstEventMillis";

    /** Accumulator: when the last tag was made, milliseconds since 1970. */
    public static final String LAST_TAG_MILLIS = "lastTagMillis";

    private static final int HISTOGRAM_WINDOW = 1000;

    /** Flink forgets no metric before its job ends. */
    private static final int MAX_VERSIONS = 100;

    private static final String RELEASES = "releases_total";
    private static final String OUTCOME = "outcome";

    private final JobMetrics metrics;
    private final Histogram batchSize;
    private final Histogram forwardPass = new SecondsHistogram(1e9);
    private final Histogram eventToTag = new SecondsHistogram(1e3);
    private final Set<String> versions = new HashSet<>();
    private final Releases releases;

    private final LongCounter tags = new LongCounter();
    private final LongCounter rejections = new LongCounter();
    private final LongCounter forwardNanos = new LongCounter();
    private final LongCounter decodeNanos = new LongCounter();
    private final LongMinimum firstEventMillis = new LongMinimum();
    private final LongMaximum lastTagMillis = new LongMaximum();
    private final Counter shadowUnanswered;
    private final Counter accepted;
    private final Counter refused;
    private boolean started;

    ClassifyMetrics(RuntimeContext context, MetricGroup group, Releases releases) {
        this.releases = releases;
        metrics = new JobMetrics(group);
        batchSize = metrics.group().histogram("batch_size", new DescriptiveStatisticsHistogram(HISTOGRAM_WINDOW));
        shadowUnanswered = metrics.counter("shadow_unanswered_total");
        // From the start: of a counter that begins with 1, Prometheus sees no increase.
        accepted = metrics.counter(RELEASES, OUTCOME, "accepted");
        refused = metrics.counter(RELEASES, OUTCOME, "refused");
        metrics.group().histogram("forward_pass_seconds", forwardPass);
        metrics.group().histogram("event_to_tag_seconds", eventToTag);
        metrics.group().gauge("forward_seconds_total", () -> forwardNanos.getLocalValuePrimitive() / 1e9);
        metrics.group().gauge("decode_seconds_total", () -> decodeNanos.getLocalValuePrimitive() / 1e9);
        context.addAccumulator(TAGS, tags);
        context.addAccumulator(REJECTED, rejections);
        context.addAccumulator(FORWARD_NANOS, forwardNanos);
        context.addAccumulator(DECODE_NANOS, decodeNanos);
        context.addAccumulator(FIRST_EVENT_MILLIS, firstEventMillis);
        context.addAccumulator(LAST_TAG_MILLIS, lastTagMillis);
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

    /** A batch has been classified. */
    void forward(int images, long nanos) {
        forwardNanos.add(nanos);
        forwardPass.update(nanos);
        batchSize.update(images);
    }

    /** An image of a batch. */
    void tagged(TaggedImage tag) {
        metrics.counter("tags_total", "label", tag.label()).inc();
        eventToTag.update(Math.max(0, tag.taggedAt() - tag.eventTime()));
    }

    /** All images of a batch. */
    void tagged(int images, long atMillis) {
        tags.add(images);
        lastTagMillis.add(atMillis);
    }

    void rejected(String reason) {
        rejections.add(1);
        metrics.counter("rejected_total", "reason", reason).inc();
    }

    /** The model beside the live one had no finite answer. */
    void shadowUnanswered() {
        shadowUnanswered.inc();
    }

    /** A model has begun to tag, live or beside the live one. */
    void modelTags(String modelVersion) {
        if (versions.size() >= MAX_VERSIONS || !versions.add(modelVersion)) {
            return;
        }
        for (Role role : Role.values()) {
            metrics.group()
                    .addGroup("role", role.key())
                    .addGroup("version", modelVersion)
                    .gauge("model_info", () -> releases.version(role).equals(modelVersion) ? 1 : 0);
        }
    }

    void released(boolean isAccepted) {
        (isAccepted ? accepted : refused).inc();
    }
}
