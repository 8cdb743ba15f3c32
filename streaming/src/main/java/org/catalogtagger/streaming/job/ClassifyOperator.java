package org.catalogtagger.streaming.job;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.SharedModel;
import org.jspecify.annotations.Nullable;

/**
 * Gathers images into batches and classifies each batch in one forward pass, which reads the weights once for all.
 *
 * <p>A batch is flushed when it is full, when its first image has waited the longest allowed delay, before each
 * checkpoint barrier (so that a checkpoint never holds images) and at the end of the input. A watermark waits for the
 * images that came before it.
 */
final class ClassifyOperator extends AbstractStreamOperator<TaggedImage>
        implements OneInputStreamOperator<DecodedImage, TaggedImage>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    private final String bundle;
    private final int maxBatch;
    private final long maxDelayMillis;
    private final int topLabels;
    private final LongCounter tags = new LongCounter();
    private final LongCounter forwardNanos = new LongCounter();
    private final LongMaximum lastTagMillis = new LongMaximum();

    private transient @Nullable SharedModel model;
    private transient Classifier classifier;
    private transient String modelVersion;
    private transient ImageBatch batch;
    private transient List<DecodedImage> waiting;
    private transient @Nullable ScheduledFuture<?> deadline;
    private transient @Nullable Watermark heldWatermark;

    private transient Counter forwardMillis;
    private transient Counter tagged;
    private transient Histogram batchSize;

    /** An operator that loads its model when it opens. */
    ClassifyOperator(Path bundle, int maxBatch, Duration maxDelay, int topLabels) {
        this.bundle = bundle.toString();
        this.maxBatch = maxBatch;
        this.maxDelayMillis = maxDelay.toMillis();
        this.topLabels = topLabels;
    }

    @Override
    public void open() throws Exception {
        super.open();
        SharedModel shared = SharedModel.acquire(Path.of(bundle));
        model = shared;
        classifier = shared.classifier();
        modelVersion = shared.description().modelVersion();
        batch = classifier.newBatch(maxBatch);
        waiting = new ArrayList<>(maxBatch);
        tagged = getMetricGroup().counter("tagged");
        forwardMillis = getMetricGroup().counter("forwardMillis");
        batchSize = getMetricGroup().histogram("batchSize", new DescriptiveStatisticsHistogram(1000));
        getRuntimeContext().addAccumulator(TaggingJob.TAGS, tags);
        getRuntimeContext().addAccumulator(TaggingJob.FORWARD_NANOS, forwardNanos);
        getRuntimeContext().addAccumulator(TaggingJob.LAST_TAG_MILLIS, lastTagMillis);
    }

    @Override
    public void processElement(StreamRecord<DecodedImage> element) {
        DecodedImage image = element.getValue();
        batch.add(image.pixels());
        waiting.add(image);
        if (batch.isFull()) {
            flush();
        } else if (deadline == null) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            deadline = getProcessingTimeService().registerTimer(now + maxDelayMillis, time -> {
                deadline = null;
                flush();
            });
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (waiting.isEmpty()) {
            super.processWatermark(mark);
        } else {
            heldWatermark = mark;
        }
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        // An idle stream passes no watermarks on, so the held one must go before.
        flush();
        super.processWatermarkStatus(status);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        flush();
    }

    @Override
    public void endInput() {
        flush();
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            if (model != null) {
                model.close();
            }
        }
    }

    private void flush() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        if (!waiting.isEmpty()) {
            classifyWaiting();
        }
        if (heldWatermark != null) {
            output.emitWatermark(heldWatermark);
            heldWatermark = null;
        }
    }

    private void classifyWaiting() {
        long start = System.nanoTime();
        List<Prediction> predictions = classifier.classify(batch);
        long nanos = System.nanoTime() - start;
        forwardNanos.add(nanos);
        forwardMillis.inc(nanos / 1_000_000);
        batchSize.update(waiting.size());
        tagged.inc(waiting.size());

        long taggedAt = getProcessingTimeService().getCurrentProcessingTime();
        for (int i = 0; i < waiting.size(); i++) {
            DecodedImage image = waiting.get(i);
            TaggedImage tag = new TaggedImage(
                    image.productId(),
                    predictions.get(i).top(topLabels),
                    modelVersion,
                    image.eventTime(),
                    taggedAt,
                    image.headers());
            output.collect(new StreamRecord<>(tag, image.eventTime()));
        }
        tags.add(waiting.size());
        lastTagMillis.add(taggedAt);
        batch.clear();
        waiting.clear();
    }
}
