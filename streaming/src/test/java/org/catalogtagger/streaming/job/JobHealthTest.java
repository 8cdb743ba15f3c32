package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.job.JobHealth.Limits;
import org.catalogtagger.streaming.job.JobSnapshot.Failure;
import org.junit.jupiter.api.Test;

class JobHealthTest {
    private static final Limits LIMITS = new Limits(2, Duration.ofSeconds(10), true);

    private final List<String> notices = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private Optional<String> outage = Optional.empty();
    private final JobHealth health = new JobHealth(LIMITS, () -> outage, notices::add);
    private long seconds;
    private long checkpoints;
    private int taskManagers = 1;

    @Test
    void endsAJobThatFailsAgainAndAgainWithoutACheckpoint() {
        assertThat(fail("NullPointerException")).isEmpty();
        assertThat(fail("NullPointerException")).isEmpty();
        assertThat(fail("IOException: disk"))
                .contains("IOException: disk (restarted 2 times without a checkpoint between)");
        assertThat(notices)
                .containsExactly(
                        "the job failed and is restarted: NullPointerException",
                        "the job failed and is restarted: NullPointerException");
    }

    @Test
    void aCheckpointBetweenIsProgress() {
        for (int i = 0; i < 20; i++) {
            assertThat(fail("NullPointerException")).isEmpty();
            checkpoints++;
            assertThat(observe(0, 4)).isEmpty();
        }
    }

    @Test
    void eachFailureCountsOnceHoweverOftenItIsSeen() {
        fail("NullPointerException");
        for (int i = 0; i < 20; i++) {
            assertThat(observe(0, 4)).isEmpty();
        }
        assertThat(notices).hasSize(1);
    }

    @Test
    void whileWhatItNeedsIsAwayTheJobIsTriedForEverAndThatIsSaidOnce() {
        outage = Optional.of("no Kafka at here: gone");
        for (int i = 0; i < 20; i++) {
            assertThat(fail("TimeoutException")).isEmpty();
        }
        outage = Optional.empty();
        assertThat(observe(0, 4)).isEmpty();
        assertThat(notices)
                .containsExactly(
                        "no Kafka at here: gone; the job tries again until that is mended",
                        "that is mended; the job goes on");
    }

    @Test
    void anOutageThatFailsNothingIsFoundByTheMissingCheckpoints() {
        observe(0, 4);
        outage = Optional.of("no Kafka at here: gone");
        observe(0, 4);
        assertThat(notices).isEmpty();
        seconds += 60;
        observe(0, 4);
        assertThat(notices).hasSize(1);
    }

    @Test
    void endsAJobWhoseOnlyTaskManagerIsGone() {
        observe(0, 4);
        failures.add(new Failure(1, "TaskManager was shut down"));
        taskManagers = 0;
        assertThat(observe(0, 0)).isEmpty();
        seconds += 31;
        assertThat(observe(0, 0))
                .contains("Flink has lost its TaskManager; the last failure was TaskManager was shut down");
    }

    @Test
    void aTaskManagerThatComesBackIsNotLost() {
        observe(0, 4);
        for (int i = 0; i < 5; i++) {
            taskManagers = 0;
            assertThat(observe(0, 0)).isEmpty();
            seconds += 20;
            taskManagers = 1;
            assertThat(observe(0, 4)).isEmpty();
        }
    }

    @Test
    void checkpointsThatANewJobManagerCountsAreProgressToo() {
        checkpoints = 50_000;
        observe(0, 4);
        checkpoints = 0;
        for (int i = 0; i < 20; i++) {
            assertThat(fail("NullPointerException")).isEmpty();
            checkpoints++;
            assertThat(observe(0, 4)).isEmpty();
        }
    }

    @Test
    void theCommittersOfABatchDoNotWaitForSlotsWhileItsWritersRun() throws Exception {
        assertThat(waiting("{'CREATED': 3, 'RUNNING': 4}")).isZero();
        assertThat(waiting("{'CREATED': 3, 'SCHEDULED': 1, 'RUNNING': 4}")).isEqualTo(4);
        assertThat(waiting("{'CREATED': 3, 'FINISHED': 4}")).isEqualTo(3);
        assertThat(waiting("{'SCHEDULED': 5}")).isEqualTo(5);
    }

    private static int waiting(String counts) throws Exception {
        return JobSnapshot.waiting(Json.MAPPER.readTree(counts.replace('\'', '"')));
    }

    @Test
    void endsAJobThatWaitsForSlotsForTooLong() {
        assertThat(observe(3, 0)).isEmpty();
        seconds += 5;
        assertThat(observe(3, 0)).isEmpty();
        seconds += 6;
        assertThat(observe(3, 0)).contains("3 of its 4 operators have waited 10 s for slots");
    }

    @Test
    void waitsAnewAfterItRan() {
        observe(3, 0);
        seconds += 8;
        observe(0, 4);
        seconds += 8;
        assertThat(observe(3, 0)).isEmpty();
    }

    @Test
    void endsAtOnceWhenTheHeapIsFull() {
        assertThat(fail("OutOfMemoryError: Java heap space").orElse(""))
                .contains("Java heap space", "TAGGER_JAVA_OPTS");
    }

    @Test
    void theInnermostCauseIsShown() {
        assertThat(Failure.of(
                                1,
                                """
                        org.apache.flink.runtime.JobException: Recovery is on
                        \tat org.apache.flink.A.b(A.java:1)
                        Caused by: java.lang.RuntimeException: wrapped
                        \tat org.apache.flink.A.b(A.java:1)
                        Caused by: org.apache.kafka.common.errors.TimeoutException: no answer in 60000 ms
                        \t... 3 more
                        """)
                        .cause())
                .isEqualTo("TimeoutException: no answer in 60000 ms");
        assertThat(Failure.of(1, "java.io.IOException: gone\n\tat A.b(A.java:1)\n")
                        .cause())
                .isEqualTo("IOException: gone");
    }

    private Optional<String> fail(String cause) {
        failures.add(new Failure(failures.size(), cause));
        return observe(0, 4);
    }

    private Optional<String> observe(int waiting, int running) {
        seconds++;
        return health.observe(
                new JobSnapshot(JobStatus.RUNNING, waiting, running, 4, checkpoints, taskManagers, failures),
                TimeUnit.SECONDS.toNanos(seconds));
    }
}
