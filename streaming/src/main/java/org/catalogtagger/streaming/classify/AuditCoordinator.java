package org.catalogtagger.streaming.classify;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.classify.AuditEvent.Probability;
import org.catalogtagger.streaming.classify.AuditEvent.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * Says, in the JobManager, for all subtasks of the classify operator with what probability images are drawn for an audit of so many a day:
 * one subtask sees only its part of them. It follows from images that came before, so that of each one it is known when it comes.
 */
final class AuditCoordinator implements OperatorCoordinator {
    /** Less of a change is not worth a message. */
    private static final double NOTABLE = 0.01;

    /** Nor is one so soon after another, unless far fewer are to be drawn: each goes to all subtasks. */
    private static final long TELL_EVERY_MILLIS = 1000;

    /** One tag that stands for more than a million says nothing of them. */
    private static final double LEAST = 1e-6;

    /** From here on all are drawn: one that were not would stand for very many. */
    private static final double NEARLY_ALL = 0.9;

    private final long perDay;
    private final LongSupplier clock;
    private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();

    /** What was known at checkpoints that a failed task may go back to. */
    private final NavigableMap<Long, byte[]> snapshots = new TreeMap<>();

    private DailyTraffic traffic = new DailyTraffic();
    private double told;
    private long toldAt = Long.MIN_VALUE;

    /**
     * A coordinator that has heard of no image.
     *
     * @param clock milliseconds since 1970
     */
    AuditCoordinator(long perDay, LongSupplier clock) {
        this.perDay = perDay;
        this.clock = clock;
        snapshots.put(NO_CHECKPOINT, traffic.state());
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (event instanceof Traffic some) {
            long now = clock.getAsLong();
            traffic.add(some.images(), Math.min(some.newest(), now));
            double probability = probability();
            boolean isSoon =
                    toldAt != Long.MIN_VALUE && Math.abs(now - toldAt) < TELL_EVERY_MILLIS && probability > told / 2;
            if (!isSoon && Math.abs(probability - told) > NOTABLE * told) {
                told = probability;
                toldAt = now;
                subtasks.values().forEach(this::tell);
            }
        }
    }

    private double probability() {
        double one = perDay / traffic.perDay();
        return one >= NEARLY_ALL ? 1 : one > 0 ? Math.max(LEAST, one) : 0;
    }

    private void tell(SubtaskGateway subtask) {
        CompletableFuture<Acknowledge> unused = subtask.sendEvent(new Probability(told));
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
        subtasks.put(subtask, gateway);
        if (told > 0) {
            tell(gateway);
        }
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        subtasks.remove(subtask);
    }

    /** All subtasks are, one after the other, before any goes on: images that come again are not counted twice. */
    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        subtasks.remove(subtask);
        byte[] then = snapshots.get(checkpointId);
        if (then != null) {
            traffic = DailyTraffic.of(then);
        }
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] state) {
        subtasks.clear();
        snapshots.clear();
        byte[] then = state == null ? new byte[0] : state;
        snapshots.put(checkpointId, then);
        traffic = DailyTraffic.of(then);
        told = probability();
        toldAt = Long.MIN_VALUE;
    }

    /** Taken before the tasks': images that these tag until theirs are not in it. */
    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        byte[] now = traffic.state();
        snapshots.put(checkpointId, now);
        state.complete(now);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        snapshots.headMap(checkpointId).clear();
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) {
        snapshots.remove(checkpointId);
    }

    @Override
    public void start() {}

    @Override
    public void close() {}
}
