package org.catalogtagger.streaming.job;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobStatus;
import org.catalogtagger.streaming.job.JobSnapshot.Failure;
import org.jspecify.annotations.Nullable;

/**
 * When a job is past help. Flink itself restarts one for ever, and calls it RUNNING while it waits for slots that nobody
 * will bring.
 *
 * <p>A restart made progress if a checkpoint was completed after it. While something is away that the job needs, Kafka
 * say, or lets it in no more, restarts count for nothing: they end with the outage.
 */
final class JobHealth {
    /** Without a checkpoint for so long, something that the job needs may be away, and its clients keep still about it. */
    private static final Duration STANDSTILL = Duration.ofSeconds(30);

    /** After a pause of the whole process (Ctrl-Z, a machine that is moved), a TaskManager is missed, and comes back by itself. */
    private static final Duration RECONNECTION = Duration.ofSeconds(30);

    private final Limits limits;
    private final Supplier<Optional<String>> outage;
    private final Consumer<String> notices;

    private long lastFailure = -1;
    private int restarts;
    private long checkpoints;
    private boolean away;
    private boolean hadTaskManagers;
    private @Nullable Long lostSince;
    private @Nullable Long waitingSince;
    private @Nullable Long settledAt;

    /**
     * What a job may come to.
     *
     * @param restarts in a row without progress
     * @param waiting for slots, at most
     * @param sameJvm whether the job's memory is this JVM's, which is in no state to go on once it ran out
     */
    record Limits(int restarts, Duration waiting, boolean sameJvm) {}

    /**
     * The health of a job that has just been started.
     *
     * @param outage asked when the job has failed or stands still: what it needs and is away, if anything
     * @param notices gets what a user should know, one line each
     */
    JobHealth(Limits limits, Supplier<Optional<String>> outage, Consumer<String> notices) {
        this.limits = limits;
        this.outage = outage;
        this.notices = notices;
    }

    /**
     * Takes note of how the job is.
     *
     * @param nanos the time, as {@link System#nanoTime} has it
     * @return why the job cannot go on, if so
     */
    Optional<String> observe(JobSnapshot job, long nanos) {
        List<Failure> failures = job.failures().stream()
                .filter(failure -> failure.at() > lastFailure)
                .toList();
        // A JobManager that took over counts anew.
        boolean progress = job.checkpoints() > 0 && job.checkpoints() != checkpoints;
        checkpoints = job.checkpoints();
        if (progress) {
            restarts = 0;
        }
        lookForOutage(!failures.isEmpty(), progress, nanos);
        for (Failure failure : failures) {
            Optional<String> end = count(failure);
            if (end.isPresent()) {
                return end;
            }
        }
        return lostTaskManager(job, nanos).or(() -> waitsForSlots(job, nanos));
    }

    private Optional<String> lostTaskManager(JobSnapshot job, long nanos) {
        hadTaskManagers |= job.taskManagers() > 0;
        if (!limits.sameJvm() || !hadTaskManagers || job.taskManagers() > 0) {
            lostSince = null;
            return Optional.empty();
        }
        if (lostSince == null) {
            lostSince = nanos;
        }
        return nanos - lostSince < RECONNECTION.toNanos()
                ? Optional.empty()
                : Optional.of("Flink has lost its TaskManager" + lastFailure(job));
    }

    private Optional<String> count(Failure failure) {
        lastFailure = failure.at();
        if (limits.sameJvm() && failure.isOutOfMemory()) {
            return Optional.of(failure.cause() + "; TAGGER_JAVA_OPTS=-Xmx8g, say, gives more");
        }
        if (away) {
            return Optional.empty();
        }
        restarts++;
        if (restarts > limits.restarts()) {
            return Optional.of("%s (restarted %d times without a checkpoint between)"
                    .formatted(failure.cause(), limits.restarts()));
        }
        notices.accept("the job failed and is restarted: " + failure.cause());
        return Optional.empty();
    }

    private void lookForOutage(boolean failed, boolean progress, long nanos) {
        if (progress || settledAt == null) {
            settledAt = nanos;
        }
        boolean standsStill = nanos - settledAt > STANDSTILL.toNanos();
        if (!failed && !away && !standsStill) {
            return;
        }
        settledAt = nanos;
        Optional<String> missing = outage.get();
        if (missing.isPresent() && !away) {
            notices.accept(missing.get() + "; the job tries again until that is mended");
        } else if (missing.isEmpty() && away) {
            notices.accept("that is mended; the job goes on");
        }
        away = missing.isPresent();
    }

    private Optional<String> waitsForSlots(JobSnapshot job, long nanos) {
        if (job.status() != JobStatus.RUNNING || job.waiting() == 0) {
            waitingSince = null;
            return Optional.empty();
        }
        if (waitingSince == null) {
            waitingSince = nanos;
        }
        if (nanos - waitingSince < limits.waiting().toNanos()) {
            return Optional.empty();
        }
        String why = job.taskManagers() == 0
                ? "Flink has no TaskManager"
                : "%d of its %d operators have waited %d s for slots"
                        .formatted(
                                job.waiting(), job.operators(), limits.waiting().toSeconds());
        return Optional.of(why + lastFailure(job));
    }

    private static String lastFailure(JobSnapshot job) {
        List<Failure> failures = job.failures();
        return failures.isEmpty()
                ? ""
                : "; the last failure was " + failures.get(failures.size() - 1).cause();
    }
}
