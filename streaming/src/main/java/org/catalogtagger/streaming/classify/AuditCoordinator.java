package org.catalogtagger.streaming.classify;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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

    private final long perDay;
    private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();
    private DailyTraffic traffic = new DailyTraffic();
    private double told;

    AuditCoordinator(long perDay) {
        this.perDay = perDay;
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (event instanceof Traffic some) {
            traffic.add(some.images(), some.newest());
            double probability = probability();
            if (Math.abs(probability - told) > NOTABLE * told) {
                told = probability;
                subtasks.values().forEach(this::tell);
            }
        }
    }

    private double probability() {
        return Math.min(1, perDay / traffic.perDay());
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

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        subtasks.remove(subtask);
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] state) {
        subtasks.clear();
        traffic = DailyTraffic.of(state == null ? new byte[0] : state);
        told = probability();
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        state.complete(traffic.state());
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void start() {}

    @Override
    public void close() {}
}
