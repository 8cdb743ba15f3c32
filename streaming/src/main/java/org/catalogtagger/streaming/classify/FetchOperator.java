package org.catalogtagger.streaming.classify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.catalogtagger.streaming.classify.FetchQueue.Pending;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.fetch.FetchException;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.catalogtagger.streaming.fetch.FetchPolicy;
import org.catalogtagger.streaming.fetch.Fetches;
import org.catalogtagger.streaming.metrics.JobMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the images of events that carry a URI, many at a time, and emits each when it is there.
 *
 * <p>Flink's own asynchronous operator stops the stream, inline images too, when so many events are under way, and counts
 * watermarks among them. Here events wait in a queue of their own, from which one without room, or that has waited too
 * long, is rejected unless the policy says to wait; and event time goes as far as the events on their way allow.
 */
public final class FetchOperator extends AbstractStreamOperator<IncomingImage>
        implements OneInputStreamOperator<InputRecord, IncomingImage>, BoundedOneInput {
    private static final long serialVersionUID = 1;

    /** How long an event waits for its turn, unless the policy says to wait for as long as it takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * How long the stream waits for room, once after each time that there was some. Servers that answer well make room
     * sooner, so that a backlog is fetched at their pace; those that do not stop the others by a small part only.
     */
    private static final Duration ROOM_WAIT = Duration.ofMillis(20);

    private static final String STATE = "unfinished";

    private final FetchPolicy policy;

    private transient ListState<StreamElement> state;
    private transient MailboxExecutor mailbox;
    private transient Fetches fetches;
    private transient FetchQueue queue;
    private transient Set<Pending> running;
    private transient Counter fetched;
    private transient boolean refusedSinceRoom;
    private transient long received;
    private transient long emitted;
    private transient @Nullable WatermarkStatus heldStatus;

    public FetchOperator(FetchPolicy policy) {
        this.policy = policy;
    }

    @Override
    public void open() throws Exception {
        super.open();
        state = getOperatorStateBackend()
                .getListState(new ListStateDescriptor<>(
                        STATE,
                        new StreamElementSerializer<>(
                                getOperatorConfig().getTypeSerializerIn(0, getUserCodeClassloader()))));
        mailbox = getContainingTask()
                .getMailboxExecutorFactory()
                .createExecutor(getOperatorConfig().getChainIndex());
        fetches = new Fetches(policy);
        queue = new FetchQueue(policy.queue());
        running = new LinkedHashSet<>();
        received = Long.MIN_VALUE;
        emitted = Long.MIN_VALUE;
        JobMetrics metrics = new JobMetrics(getRuntimeContext());
        fetched = metrics.counter("fetches_total");
        metrics.group().gauge("fetches_waiting", queue::size);
        for (StreamElement element : state.get()) {
            if (element.isRecord()) {
                queue.add(element.<InputRecord>asRecord(), System.nanoTime(), emitted);
            }
        }
        startNext();
    }

    @Override
    public void processElement(StreamRecord<InputRecord> input) throws Exception {
        if (hasRoomInTime(input.getValue())) {
            // Flink may use the record itself again.
            queue.add(input.copy(input.getValue()), System.nanoTime(), emitted);
            startNext();
        } else {
            String detail = "%,d events wait to be fetched already".formatted(queue.size());
            emit(input, IncomingImage.unfetched(input.getValue(), Reason.QUEUE_FULL, detail));
        }
    }

    private boolean hasRoomInTime(InputRecord event) throws InterruptedException {
        if (policy.waitWhenFull()) {
            while (!queue.hasRoom(event)) {
                mailbox.yield();
            }
        } else if (!queue.hasRoom(event) && !refusedSinceRoom) {
            boolean[] timeUp = {false};
            long until = getProcessingTimeService().getCurrentProcessingTime() + ROOM_WAIT.toMillis();
            ScheduledFuture<?> timer = getProcessingTimeService().registerTimer(until, time -> timeUp[0] = true);
            while (!queue.hasRoom(event) && !timeUp[0]) {
                mailbox.yield();
            }
            timer.cancel(false);
        }
        refusedSinceRoom = !queue.hasRoom(event);
        return !refusedSinceRoom;
    }

    private void startNext() throws Exception {
        while (running.size() < policy.parallel()) {
            Optional<Pending> next = queue.next();
            if (next.isEmpty()) {
                break;
            }
            refusedSinceRoom = false;
            start(next.get());
        }
        advanceTime();
    }

    private void start(Pending pending) {
        long waited = System.nanoTime() - pending.arrivedNanos;
        InputRecord event = pending.input.getValue();
        if (!policy.waitWhenFull() && waited > PATIENCE.toNanos()) {
            String detail = "not begun within %d s, so many others were under way".formatted(PATIENCE.toSeconds());
            emit(pending, IncomingImage.unfetched(event, Reason.TIMEOUT, detail));
            return;
        }
        running.add(pending);
        fetched.inc();
        byte[] uris = event.value() == null ? new byte[0] : event.value();
        CompletableFuture<byte[]> unused = fetches.start(uris).whenComplete((image, fault) -> {
            try {
                mailbox.execute(() -> end(pending, image, fault), "end of a fetch");
            } catch (RejectedExecutionException e) {
                // The task has ended; whoever takes over fetches it again.
            }
        });
    }

    private void end(Pending pending, byte @Nullable [] image, @Nullable Throwable fault) throws Exception {
        running.remove(pending);
        InputRecord event = pending.input.getValue();
        if (image != null) {
            emit(pending, IncomingImage.fetched(event, image));
        } else if (fault instanceof FetchException e) {
            emit(pending, IncomingImage.unfetched(event, e.reason(), String.valueOf(e.getMessage())));
        } else {
            throw new IllegalStateException("the JVM is in trouble", fault);
        }
        startNext();
    }

    private void emit(Pending pending, IncomingImage image) {
        emit(pending.input, image);
        queue.done(pending);
    }

    private void emit(StreamRecord<InputRecord> input, IncomingImage image) {
        output.collect(
                input.hasTimestamp() ? new StreamRecord<>(image, input.getTimestamp()) : new StreamRecord<>(image));
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        received = mark.getTimestamp();
        advanceTime();
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        heldStatus = status;
        advanceTime();
    }

    /** An input that rests does so for those behind this operator when nothing of it is on its way any more. */
    private void advanceTime() throws Exception {
        long reached = queue.reached(received);
        if (reached > emitted) {
            emitted = reached;
            super.processWatermark(new Watermark(reached));
        }
        if (heldStatus != null && (heldStatus.isActive() || (running.isEmpty() && queue.size() == 0))) {
            WatermarkStatus status = heldStatus;
            heldStatus = null;
            super.processWatermarkStatus(status);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        List<StreamElement> unfinished = new ArrayList<>();
        running.forEach(pending -> unfinished.add(pending.input));
        queue.waiting().forEach(pending -> unfinished.add(pending.input));
        state.update(unfinished);
    }

    @Override
    public void endInput() throws InterruptedException {
        while (!running.isEmpty() || queue.size() > 0) {
            mailbox.yield();
        }
    }

    @Override
    public void close() throws Exception {
        if (fetches != null) {
            fetches.close();
        }
        super.close();
    }
}
