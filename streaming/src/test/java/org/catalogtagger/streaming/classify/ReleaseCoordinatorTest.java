package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator.SubtaskGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.classify.ReleaseEvent.Abort;
import org.catalogtagger.streaming.classify.ReleaseEvent.Commit;
import org.catalogtagger.streaming.classify.ReleaseEvent.FallBack;
import org.catalogtagger.streaming.classify.ReleaseEvent.Lost;
import org.catalogtagger.streaming.classify.ReleaseEvent.Vote;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.junit.jupiter.api.Test;

class ReleaseCoordinatorTest {
    private final ReleaseCoordinator coordinator =
            new ReleaseCoordinator(new MockOperatorCoordinatorContext(new OperatorID(), 2));
    private final List<OperatorEvent> toFirst = new ArrayList<>();
    private final List<OperatorEvent> toSecond = new ArrayList<>();

    @Test
    void aLossIsToldToAllOnceAllAreThere() {
        coordinator.executionAttemptReady(0, 0, gateway(0, toFirst));
        coordinator.handleEventFromOperator(0, 0, new Lost(Role.LIVE, "no such file"));
        assertThat(toFirst).isEmpty();
        coordinator.executionAttemptReady(1, 0, gateway(1, toSecond));
        assertThat(toFirst).containsExactly(new FallBack(Role.LIVE, "subtask 1 of 2: no such file"));
        assertThat(toSecond).isEqualTo(toFirst);
    }

    @Test
    void aLossOfAnAttemptThatFailedIsForgotten() {
        coordinator.executionAttemptReady(0, 0, gateway(0, toFirst));
        coordinator.handleEventFromOperator(0, 0, new Lost(Role.LIVE, "no such file"));
        coordinator.executionAttemptFailed(0, 0, null);
        coordinator.subtaskReset(0, 1);
        // Its next attempt has found the file.
        coordinator.executionAttemptReady(0, 1, gateway(0, toFirst));
        coordinator.executionAttemptReady(1, 1, gateway(1, toSecond));
        assertThat(toFirst).isEmpty();
        assertThat(toSecond).isEmpty();
    }

    @Test
    void oneVoteAgainstAborts() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Vote(3, "v1", ""));
        coordinator.handleEventFromOperator(1, 0, new Vote(3, "", "no memory"));
        assertThat(toFirst).containsExactly(new Abort(3, "subtask 2 of 2: no memory"));
    }

    @Test
    void differentBundlesUnderOnePathAbort() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Vote(3, "v1", ""));
        coordinator.handleEventFromOperator(1, 0, new Vote(3, "v2", ""));
        assertThat(toSecond).singleElement().satisfies(decision -> assertThat(((Abort) decision).why())
                .contains("different bundles under this path: subtask 1 has v1, subtask 2 of 2: v2"));
    }

    @Test
    void aVoteOfAnAttemptThatFailedDoesNotCount() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Vote(3, "v1", ""));
        coordinator.executionAttemptFailed(0, 0, null);
        coordinator.handleEventFromOperator(1, 0, new Vote(3, "v1", ""));
        assertThat(toSecond).isEmpty();
        coordinator.executionAttemptReady(0, 1, gateway(0, toFirst));
        coordinator.handleEventFromOperator(0, 1, new Vote(3, "v1", ""));
        assertThat(toFirst).containsExactly(new Commit(3));
        assertThat(toSecond).isEqualTo(toFirst);
    }

    private void bothReady() {
        coordinator.executionAttemptReady(0, 0, gateway(0, toFirst));
        coordinator.executionAttemptReady(1, 0, gateway(1, toSecond));
    }

    static SubtaskGateway gateway(int subtask, List<OperatorEvent> events) {
        return new SubtaskGateway() {
            @Override
            public CompletableFuture<Acknowledge> sendEvent(OperatorEvent event) {
                events.add(event);
                return CompletableFuture.completedFuture(Acknowledge.get());
            }

            @Override
            public ExecutionAttemptID getExecution() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int getSubtask() {
                return subtask;
            }
        };
    }
}
