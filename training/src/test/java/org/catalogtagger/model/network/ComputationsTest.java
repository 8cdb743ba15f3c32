package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ComputationsTest {
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final Computations computations = new Computations();

    @Test
    void theEndWaitsForWhatRunsAndWhatIsWithinIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FutureTask<Boolean> computing = new FutureTask<>(() -> {
            try (Computations.Computation outer = computations.begin()) {
                begun.countDown();
                goOn.await();
                try (Computations.Computation within = computations.begin()) {
                    return true;
                }
            }
        });
        new Thread(computing).start();
        begun.await();
        FutureTask<Boolean> end = new FutureTask<>(() -> computations.end(AMPLE));
        Thread ending = new Thread(end);
        ending.start();
        while (ending.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        assertThat(computing.get(AMPLE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(end.get()).isTrue();
    }

    @Test
    void noneBeginsAfterTheEnd() {
        assertThat(computations.end(AMPLE)).isTrue();
        CountDownLatch begun = new CountDownLatch(1);
        Thread late = new Thread(() -> {
            try (Computations.Computation computation = computations.begin()) {
                begun.countDown();
            }
        });
        late.setDaemon(true);
        late.start();
        while (late.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(begun.getCount()).isEqualTo(1);
    }

    @Test
    void whatNeverEndsIsNotWaitedForLongerThanPatience() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Thread endless = new Thread(() -> {
            try (Computations.Computation computation = computations.begin()) {
                begun.countDown();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        endless.setDaemon(true);
        endless.start();
        begun.await();
        assertThat(computations.end(Duration.ofMillis(10))).isFalse();
        endless.interrupt();
    }
}
