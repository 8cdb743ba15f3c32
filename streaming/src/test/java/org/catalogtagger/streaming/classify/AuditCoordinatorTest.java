package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.MockOperatorCoordinatorContext;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.classify.AuditEvent.Probability;
import org.catalogtagger.streaming.classify.AuditEvent.Traffic;
import org.catalogtagger.streaming.classify.ReleaseEvent.Commit;
import org.catalogtagger.streaming.classify.ReleaseEvent.Vote;
import org.catalogtagger.streaming.events.Audit;
import org.junit.jupiter.api.Test;

class AuditCoordinatorTest {
    private static final long BEGIN = 1_700_000_000_000L;
    private static final long DAY = 86_400_000;

    private final List<OperatorEvent> toFirst = new ArrayList<>();
    private final List<OperatorEvent> toSecond = new ArrayList<>();
    private final ClassifyCoordinator coordinator = coordinator();
    private long now = BEGIN;

    /** 864 images a day are wanted. */
    private ClassifyCoordinator coordinator() {
        return new ClassifyCoordinator(
                new ReleaseCoordinator(new MockOperatorCoordinatorContext(new OperatorID(), 2)),
                new AuditCoordinator(864, () -> now));
    }

    private void bothReady() {
        coordinator.executionAttemptReady(0, 0, ReleaseCoordinatorTest.gateway(0, toFirst));
        coordinator.executionAttemptReady(1, 0, ReleaseCoordinatorTest.gateway(1, toSecond));
    }

    private static double last(List<OperatorEvent> told) {
        return ((Probability) told.get(told.size() - 1)).probability();
    }

    /** Nine in ten of 2.4 million a day come to the first. */
    private void anHourOfTraffic(long begin) {
        for (int second = 0; second <= 3600; second++) {
            now = begin + second * 1000L;
            coordinator.handleEventFromOperator(0, 0, new Traffic(25, begin + second * 1000L));
            coordinator.handleEventFromOperator(1, 0, new Traffic(3, begin + second * 1000L));
        }
    }

    @Test
    void allDrawWithTheProbabilityThatFollowsFromWhatComesToAllOfThem() {
        bothReady();
        anHourOfTraffic(BEGIN);
        assertThat(last(toFirst)).isCloseTo(864 / (28 * 86_400.0), within(1e-5));
        assertThat(toSecond).isEqualTo(toFirst);
        assertThat(toFirst.size()).as("only what has changed").isLessThan(500);
    }

    @Test
    void whoComesLaterIsToldAtOnce() {
        bothReady();
        anHourOfTraffic(BEGIN);
        coordinator.executionAttemptFailed(1, 0, null);
        toSecond.clear();
        coordinator.executionAttemptReady(1, 1, ReleaseCoordinatorTest.gateway(1, toSecond));
        assertThat(toSecond).hasSize(1);
        assertThat(last(toSecond)).isEqualTo(last(toFirst));
    }

    @Test
    void whatIsKnownOutlivesARestart() {
        bothReady();
        anHourOfTraffic(BEGIN);
        CompletableFuture<byte[]> state = new CompletableFuture<>();
        coordinator.checkpointCoordinator(1, state);
        ClassifyCoordinator restored = coordinator();
        restored.resetToCheckpoint(1, state.join());
        List<OperatorEvent> told = new ArrayList<>();
        restored.executionAttemptReady(0, 0, ReleaseCoordinatorTest.gateway(0, told));
        assertThat(last(told)).isCloseTo(last(toFirst), within(0.01 * last(toFirst)));
    }

    /** Of versions that kept nothing, and of a job that has not begun. */
    @Test
    void aCheckpointWithoutItIsABeginning() {
        coordinator.resetToCheckpoint(1, new byte[0]);
        coordinator.resetToCheckpoint(-1, null);
        bothReady();
        assertThat(toFirst).isEmpty();
        anHourOfTraffic(BEGIN);
        assertThat(last(toFirst)).isPositive();
    }

    @Test
    void noMoreThanAllAreDrawn() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Traffic(1, BEGIN));
        now = BEGIN + DAY;
        coordinator.handleEventFromOperator(0, 0, new Traffic(1, BEGIN + DAY));
        assertThat(last(toFirst)).isEqualTo(1);
    }

    @Test
    void aClockThatIsAheadChangesNothing() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Traffic(1_000_000, BEGIN + 100 * DAY));
        double told = last(toFirst);
        now += 1000;
        coordinator.handleEventFromOperator(1, 0, new Traffic(1_000_000, BEGIN));
        assertThat(last(toFirst)).isCloseTo(told / 2, within(told / 1e6));
    }

    @Test
    void allAreToldOnceASecondAtMostUnlessFarFewerAreToBeDrawn() {
        bothReady();
        for (int i = 0; i < 999; i++) {
            now = BEGIN + i;
            coordinator.handleEventFromOperator(i % 2, 0, new Traffic(1000, now));
        }
        assertThat(toFirst.size()).as("each time that as many have come again").isBetween(8, 11);
        now += 1000;
        coordinator.handleEventFromOperator(0, 0, new Traffic(100_000, now));
        assertThat(toFirst.size()).isBetween(9, 12);
    }

    @Test
    void whereNearlyAllWouldBeAllAreDrawn() {
        bothReady();
        for (int hour = 0; hour < 240; hour++) {
            now = BEGIN + hour * 3_600_000L;
            coordinator.handleEventFromOperator(0, 0, new Traffic(39, now));
        }
        assertThat(last(toFirst)).as("of 936 images a day 864 are wanted").isEqualTo(1);
    }

    @Test
    void aFailureBeforeTheFirstCheckpointGoesBackToTheBeginning() {
        bothReady();
        anHourOfTraffic(BEGIN);
        double told = last(toFirst);
        coordinator.executionAttemptFailed(0, 0, null);
        coordinator.subtaskReset(0, -1);
        coordinator.subtaskReset(1, -1);
        bothReady();
        anHourOfTraffic(BEGIN);
        assertThat(last(toFirst)).isCloseTo(told, within(0.011 * told));
    }

    /** A task that fails goes back with the others to the last checkpoint, and so does what its images were counted in. */
    @Test
    void imagesThatComeAgainAfterAFailureAreNotCountedTwice() {
        bothReady();
        anHourOfTraffic(BEGIN);
        coordinator.checkpointCoordinator(7, new CompletableFuture<>());
        coordinator.notifyCheckpointComplete(7);
        anHourOfTraffic(BEGIN + 3_600_000);
        double told = last(toFirst);
        for (int subtask = 0; subtask < 2; subtask++) {
            coordinator.executionAttemptFailed(subtask, 0, null);
        }
        for (int subtask = 0; subtask < 2; subtask++) {
            coordinator.subtaskReset(subtask, 7);
        }
        bothReady();
        anHourOfTraffic(BEGIN + 3_600_000);
        assertThat(last(toFirst)).isCloseTo(told, within(0.011 * told));
    }

    /** As the job makes it. */
    @Test
    void itsProviderKnowsHowManyAreWanted() {
        ClassifyCoordinator made =
                (ClassifyCoordinator) new ClassifyCoordinator.Provider(new OperatorID(), new Audit(0, 864, 0))
                        .create(new MockOperatorCoordinatorContext(new OperatorID(), 1));
        made.executionAttemptReady(0, 0, ReleaseCoordinatorTest.gateway(0, toFirst));
        made.handleEventFromOperator(0, 0, new Traffic(1_000_000, BEGIN));
        assertThat(last(toFirst)).isCloseTo(864 * -Math.expm1(-1 / 24.0) / 1e6, within(1e-9));
    }

    @Test
    void votesGoToTheReleasesBesideIt() {
        bothReady();
        coordinator.handleEventFromOperator(0, 0, new Vote(3, "v1", ""));
        anHourOfTraffic(BEGIN);
        coordinator.handleEventFromOperator(1, 0, new Vote(3, "v1", ""));
        assertThat(toFirst).endsWith(new Commit(3));
    }
}
