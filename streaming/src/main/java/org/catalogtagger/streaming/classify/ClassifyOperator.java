package org.catalogtagger.streaming.classify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.streaming.events.Audit;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.events.TaggedImage;
import org.jspecify.annotations.Nullable;

/**
 * Decodes images, gathers them into batches and classifies each batch in one forward pass, which reads the weights once
 * for all. The first input is the events, the second the releases of models.
 *
 * <p>A batch is flushed when it is full, when its first image has waited the longest allowed delay, before each
 * checkpoint barrier (so that a checkpoint never holds images), before another model takes over, and at the end of the
 * input. A watermark waits for the images that came before it.
 */
public final class ClassifyOperator extends AbstractStreamOperator<TaggedImage>
        implements TwoInputStreamOperator<IncomingImage, ModelRelease, TaggedImage>,
                BoundedMultiInput,
                OperatorEventHandler {
    private static final long serialVersionUID = 1;

    /** Tags of the model that runs beside the live one. */
    public static final OutputTag<TaggedImage> SHADOW =
            new OutputTag<>("shadow", TypeInformation.of(TaggedImage.class));

    /** What became of releases. */
    public static final OutputTag<ReleaseOutcome> RELEASES =
            new OutputTag<>("releases", TypeInformation.of(ReleaseOutcome.class));

    /** Of each model that takes over, from each subtask, before its first tag. */
    public static final OutputTag<ModelBaseline> BASELINES =
            new OutputTag<>("baselines", TypeInformation.of(ModelBaseline.class));

    /** Of the events that wait for their batch, which keep their images as they came. Batches of images of 256 KiB still fill. */
    static final long MAX_WAITING_BYTES = 64 << 20;

    private final String bundle;
    private final Programs programs;
    private final int maxBatch;
    private final long maxDelayMillis;
    private final int topLabels;
    private final int maxBytes;
    private final long maxPixels;
    private final Audit audit;

    private transient @Nullable Consumer<? super OperatorEvent> coordinator;
    private transient int withoutMemory;
    private transient Releases releases;
    private transient AuditDraw draw;
    private transient ClassifyMetrics figures;
    private transient List<WaitingImage> waiting;
    private transient long waitingBytes;
    private transient @Nullable ScheduledFuture<?> deadline;
    private transient @Nullable Watermark heldWatermark;
    private transient Set<ModelBatch> baselinesTold;

    /**
     * An operator that loads its model when it opens.
     *
     * @param bundle path or URI of the one to begin with, unless the state names a later release
     * @param programs whether it, or a released one, may be one
     */
    public ClassifyOperator(
            String bundle,
            Programs programs,
            int maxBatch,
            Duration maxDelay,
            int topLabels,
            ImageLimits limits,
            Audit audit) {
        this.bundle = bundle;
        this.programs = programs;
        this.maxBatch = maxBatch;
        this.maxDelayMillis = maxDelay.toMillis();
        this.topLabels = topLabels;
        this.maxBytes = limits.maxBytes();
        this.maxPixels = limits.maxPixels();
        this.audit = audit;
    }

    /** Says where the coordinator is; before it opens. */
    void connect(Consumer<? super OperatorEvent> itsCoordinator) {
        coordinator = itsCoordinator;
    }

    Audit audit() {
        return audit;
    }

    @Override
    public void open() throws Exception {
        super.open();
        waiting = new ArrayList<>(maxBatch);
        baselinesTold = new HashSet<>();
        releases = new Releases(
                new ReleaseState(getOperatorStateBackend().getBroadcastState(ReleaseState.DESCRIPTOR)),
                bundle,
                new ModelLoader(
                        place -> ModelBatch.load(place, programs, maxBatch, new ImageLimits(maxBytes, maxPixels)),
                        ModelLoader.thread(),
                        getContainingTask()
                                .getMailboxExecutorFactory()
                                .createExecutor(getOperatorConfig().getChainIndex()),
                        ModelLoader.LATE_STORAGE),
                new Releases.Task(this::after, this::tellCoordinator, this::flush, this::tell));
        draw = new AuditDraw(audit, this::tellCoordinator);
        figures = new ClassifyMetrics(getRuntimeContext(), getMetricGroup(), releases);
        releases.open();
        // Windows of before a restart are corrected also while no images come.
        tellBaseline(releases.live());
        ModelBatch shadow = releases.shadow();
        if (shadow != null) {
            tellBaseline(shadow);
        }
    }

    private void tellCoordinator(OperatorEvent event) {
        Objects.requireNonNull(coordinator).accept(event);
    }

    private void after(Duration time, Runnable action) {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        ScheduledFuture<?> unused = getProcessingTimeService().registerTimer(now + time.toMillis(), at -> action.run());
    }

    @Override
    public void handleOperatorEvent(OperatorEvent event) {
        if (event instanceof AuditEvent.Probability next) {
            draw.told(next);
            return;
        }
        try {
            releases.decided((ReleaseEvent.Decision) event);
        } catch (Exception e) {
            throw new FlinkRuntimeException("a decision on a release cannot be carried out: " + event, e);
        }
    }

    @Override
    public void processElement1(StreamRecord<IncomingImage> element) {
        InputRecord event = element.getValue().event();
        long start = figures.decodeBegins();
        try {
            add(element.getValue(), releases.live(), releases.shadow());
            withoutMemory = 0;
        } catch (UnreadableImageException e) {
            reject(event, new RejectedEventException(e.reason().code(), String.valueOf(e.getMessage())));
        } catch (RejectedEventException e) {
            reject(event, e);
        } catch (OutOfMemoryError e) {
            if (++withoutMemory > OneImageFault.MOST_WITHOUT_MEMORY_IN_A_ROW) {
                throw e;
            }
            reject(event, OneImageFault.of("decoding it", e));
        } catch (RuntimeException | StackOverflowError e) {
            reject(event, OneImageFault.of("decoding it", e));
        } finally {
            figures.decodeEnds(start);
        }
        if (isFull(releases.live(), releases.shadow()) || waitingBytes >= MAX_WAITING_BYTES) {
            flush();
        } else if (deadline == null && !waiting.isEmpty()) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            deadline = getProcessingTimeService().registerTimer(now + maxDelayMillis, time -> {
                deadline = null;
                flush();
            });
        }
    }

    /** Models of larger images take fewer. */
    private static boolean isFull(ModelBatch live, @Nullable ModelBatch shadow) {
        return live.isFull() || (shadow != null && shadow.isFull());
    }

    /** All that can fail comes first: the batches and the list of what waits must stay of one length. */
    private void add(IncomingImage image, ModelBatch live, @Nullable ModelBatch shadow)
            throws UnreadableImageException, RejectedEventException {
        InputRecord event = image.event();
        String productId = event.productId();
        byte[] encoded = image.encoded();
        byte[] pixels = live.decode(encoded);
        byte[] shadowPixels = shadow == null || shadow.input().equals(live.input()) ? pixels : shadow.decode(encoded);
        WaitingImage next = WaitingImage.of(event, productId, pixels);
        live.add(pixels);
        if (shadow != null) {
            shadow.add(shadowPixels);
        }
        waiting.add(next);
        byte[] value = event.value();
        waitingBytes += value == null ? 0 : value.length;
    }

    private void reject(InputRecord event, RejectedEventException why) {
        figures.rejected(why.reason());
        output.collect(Rejection.OUTPUT, new StreamRecord<>(why.of(event), event.timestamp()));
    }

    @Override
    public void processElement2(StreamRecord<ModelRelease> element) throws Exception {
        releases.release(element.getValue());
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        if (waiting.isEmpty()) {
            super.processWatermark(mark);
        } else {
            heldWatermark = mark;
        }
    }

    /** Releases have no event time. */
    @Override
    public void processWatermark2(Watermark mark) {}

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int index) {
        if (index == 0) {
            // An idle stream passes no watermarks on, so the held one must go before.
            flush();
            output.emitWatermarkStatus(status);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        flush();
    }

    @Override
    public void endInput(int input) {
        flush();
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            if (releases != null) {
                releases.close();
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
        List<Prediction> predictions = releases.live().classify();
        figures.forward(waiting.size(), System.nanoTime() - start);
        tellBaseline(releases.live());
        long taggedAt = getProcessingTimeService().getCurrentProcessingTime();
        int tagged = 0;
        for (int i = 0; i < waiting.size(); i++) {
            try {
                StreamRecord<TaggedImage> tag = tag(waiting.get(i), predictions.get(i), releases.live(), taggedAt);
                figures.tagged(tag.getValue());
                output.collect(tag);
                draw.tagged(tag.getTimestamp(), taggedAt);
                tagged++;
            } catch (RejectedEventException e) {
                reject(waiting.get(i).event(), e);
            }
        }
        figures.tagged(tagged, taggedAt);

        ModelBatch shadow = releases.shadow();
        if (shadow != null) {
            List<Prediction> shadowPredictions = shadow.classify();
            tellBaseline(shadow);
            for (int i = 0; i < waiting.size(); i++) {
                try {
                    output.collect(SHADOW, tag(waiting.get(i), shadowPredictions.get(i), shadow, taggedAt));
                } catch (RejectedEventException e) {
                    // The product has its tag: what the shadow cannot answer is its own fault.
                    figures.shadowUnanswered();
                }
            }
        }
        waiting.clear();
        waitingBytes = 0;
    }

    private void tellBaseline(ModelBatch model) {
        if (baselinesTold.add(model)) {
            baselinesTold.removeIf(told -> told != releases.live() && told != releases.shadow());
            figures.modelTags(model.modelVersion());
            output.collect(BASELINES, new StreamRecord<>(model.baseline()));
        }
    }

    private StreamRecord<TaggedImage> tag(WaitingImage image, Prediction prediction, ModelBatch model, long taggedAt)
            throws RejectedEventException {
        TaggedImage tag = image.tag(
                prediction.top(topLabels),
                model.familiarity(prediction),
                model,
                taggedAt,
                draw.probability(),
                draw.draws(image.productId()));
        return new StreamRecord<>(tag, tag.eventTime());
    }

    private void tell(ModelRelease release, String modelVersion, boolean accepted, String detail) {
        figures.released(accepted);
        ReleaseOutcome outcome = new ReleaseOutcome(
                release,
                modelVersion,
                accepted,
                detail,
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                getProcessingTimeService().getCurrentProcessingTime());
        output.collect(RELEASES, new StreamRecord<>(outcome));
    }
}
