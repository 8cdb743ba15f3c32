package org.catalogtagger.streaming.classify;

import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.events.Audit;
import org.jspecify.annotations.Nullable;

/** The two coordinators of the classify operator, of which Flink allows one: each hears of all. */
final class ClassifyCoordinator implements OperatorCoordinator {
    private final ReleaseCoordinator releases;
    private final AuditCoordinator audit;

    ClassifyCoordinator(ReleaseCoordinator releases, AuditCoordinator audit) {
        this.releases = releases;
        this.audit = audit;
    }

    /** Makes one per job. */
    record Provider(OperatorID operator, Audit audit) implements OperatorCoordinator.Provider {
        @Override
        public OperatorID getOperatorId() {
            return operator;
        }

        @Override
        public OperatorCoordinator create(Context context) {
            return new ClassifyCoordinator(
                    new ReleaseCoordinator(context), new AuditCoordinator(audit.perDay(), System::currentTimeMillis));
        }
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (event instanceof AuditEvent) {
            audit.handleEventFromOperator(subtask, attempt, event);
        } else {
            releases.handleEventFromOperator(subtask, attempt, event);
        }
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
        releases.executionAttemptReady(subtask, attempt, gateway);
        audit.executionAttemptReady(subtask, attempt, gateway);
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        releases.executionAttemptFailed(subtask, attempt, reason);
        audit.executionAttemptFailed(subtask, attempt, reason);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        releases.subtaskReset(subtask, checkpointId);
        audit.subtaskReset(subtask, checkpointId);
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] state) {
        releases.resetToCheckpoint(checkpointId, null);
        audit.resetToCheckpoint(checkpointId, state);
    }

    /** Of releases there is nothing to keep. */
    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        audit.checkpointCoordinator(checkpointId, state);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        audit.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) {
        audit.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void start() {}

    @Override
    public void close() {}
}
