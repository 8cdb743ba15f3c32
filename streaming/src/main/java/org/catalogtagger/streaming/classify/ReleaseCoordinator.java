package org.catalogtagger.streaming.classify;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.classify.ReleaseEvent.Abort;
import org.catalogtagger.streaming.classify.ReleaseEvent.Commit;
import org.catalogtagger.streaming.classify.ReleaseEvent.Decision;
import org.catalogtagger.streaming.classify.ReleaseEvent.FallBack;
import org.catalogtagger.streaming.classify.ReleaseEvent.Lost;
import org.catalogtagger.streaming.classify.ReleaseEvent.Vote;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.jspecify.annotations.Nullable;

/**
 * Decides, in the JobManager, for all subtasks of the classify operator at once whether a release is used: only if each
 * of them has it ready, and all the same version. The first phase of a two-phase commit is their loading and voting, the
 * second the decision, which every subtask carries out when it arrives (why so: {@code src/site/releases.md}).
 *
 * <p>Holds nothing that must survive: Flink delivers a decision to all subtasks before a checkpoint, or to all after it,
 * and what was not decided is in the subtasks' state, from which they vote again.
 */
final class ReleaseCoordinator implements OperatorCoordinator {
    private final Context context;
    private final Map<Integer, SubtaskGateway> subtasks = new TreeMap<>();
    private final Map<Integer, Vote> votes = new TreeMap<>();

    /** By subtask: the next attempt may find its model again. */
    private final Map<Integer, Map<Role, String>> lost = new TreeMap<>();

    ReleaseCoordinator(Context context) {
        this.context = context;
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        if (event instanceof Vote vote) {
            votes.put(subtask, vote);
        } else if (event instanceof Lost missing) {
            lost.computeIfAbsent(subtask, s -> new EnumMap<>(Role.class)).put(missing.role(), missing.why());
        }
        decide();
    }

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {
        subtasks.put(subtask, gateway);
        decide();
    }

    private void decide() {
        if (subtasks.size() < context.currentParallelism()) {
            return;
        }
        for (Role role : Role.values()) {
            lost.entrySet().stream()
                    .filter(of -> of.getValue().containsKey(role))
                    .findFirst()
                    .ifPresent(of -> send(
                            new FallBack(role, by(of.getKey()) + of.getValue().get(role))));
        }
        lost.clear();
        if (votes.size() == context.currentParallelism()) {
            Decision decision = decision();
            votes.clear();
            send(decision);
        }
    }

    private Decision decision() {
        Vote first = votes.values().iterator().next();
        for (Map.Entry<Integer, Vote> vote : votes.entrySet()) {
            if (vote.getValue().release() != first.release()) {
                throw new IllegalStateException("subtasks vote on different releases: " + votes);
            }
            Optional<String> refusal = vote.getValue().refused();
            if (refusal.isPresent()) {
                return new Abort(first.release(), by(vote.getKey()) + refusal.get());
            }
            if (!vote.getValue().modelVersion().equals(first.modelVersion())) {
                return new Abort(
                        first.release(),
                        "the TaskManagers see different bundles under this path: subtask 1 has %s, %s%s"
                                .formatted(
                                        first.modelVersion(),
                                        by(vote.getKey()),
                                        vote.getValue().modelVersion()));
            }
        }
        return new Commit(first.release());
    }

    private String by(int subtask) {
        return "subtask %d of %d: ".formatted(subtask + 1, context.currentParallelism());
    }

    private void send(Decision decision) {
        // Flink restarts a subtask that cannot be reached, and with it, as all are connected, the others.
        for (SubtaskGateway subtask : subtasks.values()) {
            CompletableFuture<Acknowledge> unused = subtask.sendEvent(decision);
        }
    }

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {
        forget(subtask);
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        forget(subtask);
    }

    private void forget(int subtask) {
        subtasks.remove(subtask);
        votes.remove(subtask);
        lost.remove(subtask);
    }

    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] state) {
        subtasks.clear();
        votes.clear();
        lost.clear();
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        state.complete(new byte[0]);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void start() {}

    @Override
    public void close() {}
}
