package org.catalogtagger.streaming.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.ExceptionUtils;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.job.JobHealth.Limits;
import org.catalogtagger.streaming.job.JobSnapshot.Failure;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * Follows a job by Flink's REST API: says on the console why it is restarted, and when it cannot run any more ends the
 * wait for it.
 */
public final class JobWatch {
    /** In this JVM slots are there from the start, or never will be; the machine may be busy. */
    private static final Duration LOCAL_PATIENCE = Duration.ofMinutes(2);

    /** Nobody listens where a Flink in this JVM did. */
    private static final Duration LOCAL_SILENCE = Duration.ofSeconds(10);

    /** A cluster's JobManager may be on its way to another machine. */
    private static final Duration REMOTE_SILENCE = Duration.ofMinutes(1);

    /** Somebody listens, and does not answer: a busy machine, as a rule. */
    private static final Duration SLOWNESS = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration CANCEL = Duration.ofSeconds(10);

    private final JobClient job;
    private final CompletableFuture<?> result;
    private final String webPage;
    private final Duration silence;
    private final JobHealth health;
    private long answeredNanos = System.nanoTime();

    private JobWatch(JobClient job, String webPage, Duration silence, JobHealth health) {
        this.job = job;
        this.result = job.getJobExecutionResult();
        this.webPage = webPage;
        this.silence = silence;
        this.health = health;
    }

    /**
     * Of a job in this JVM that is restarted when it fails.
     *
     * @param outage what the job needs and is away, if anything; asked when the job has failed or stands still
     * @param notices gets what a user should know, a line each
     */
    public static JobWatch local(
            JobClient job,
            LocalFlink flink,
            StreamSettings.Flink settings,
            Supplier<Optional<String>> outage,
            Consumer<String> notices) {
        Limits limits = new Limits(settings.restartsWithoutProgress(), LOCAL_PATIENCE, true);
        return new JobWatch(job, flink.webPage(), LOCAL_SILENCE, new JobHealth(limits, outage, notices));
    }

    /** Of a job in this JVM that ends with its first failure. */
    public static JobWatch unforgiving(JobClient job, LocalFlink flink) {
        Limits limits = new Limits(0, LOCAL_PATIENCE, true);
        return new JobWatch(job, flink.webPage(), LOCAL_SILENCE, new JobHealth(limits, Optional::empty, failure -> {}));
    }

    /** Of a job on a cluster. */
    public static JobWatch remote(
            JobClient job,
            String webPage,
            StreamSettings.Flink settings,
            Supplier<Optional<String>> outage,
            Consumer<String> notices) {
        Limits limits = new Limits(settings.restartsWithoutProgress(), settings.waitForSlots(), false);
        return new JobWatch(job, webPage, REMOTE_SILENCE, new JobHealth(limits, outage, notices));
    }

    /**
     * Makes sure that a cluster answers.
     *
     * @param webPage the address of its REST API
     * @throws CommandException if not
     */
    public static void requireFlink(String webPage) {
        try {
            JobSnapshot.requireAnswer(webPage);
        } catch (IOException e) {
            throw new CommandException(
                    "no Flink at %s: %s; its JobManager's REST API must be reachable there"
                            .formatted(webPage, ErrorLine.of(e)),
                    e);
        }
    }

    /**
     * Waits a second, or until the job ends, and for as long as what the job needs is asked after.
     *
     * @return whether the job goes on; if not, it came to its end in good order
     * @throws CommandException if it failed, was cancelled, or cannot run any more and has been cancelled for that
     */
    public boolean goesOn() throws InterruptedException {
        if (ended()) {
            return false;
        }
        return observe()
                .map(snapshot -> snapshot.status() != JobStatus.FINISHED)
                .orElse(true);
    }

    /** The client's word on the end comes sooner than the REST API's, which is seconds old; a lost connection is no end. */
    private boolean ended() throws InterruptedException {
        if (result.isCompletedExceptionally()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
        try {
            result.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (ExceptionUtils.findThrowable(e, JobCancellationException.class).isPresent()) {
                throw cancelled();
            }
            if (ExceptionUtils.findThrowable(e, JobExecutionException.class).isPresent()) {
                throw new CommandException("the job failed: " + ErrorLine.ofRootCause(e), e);
            }
            return false;
        }
    }

    private static CommandException cancelled() {
        return new CommandException("the job was cancelled, not by this command");
    }

    /**
     * Waits until all of the job's operators run.
     *
     * @throws CommandException as {@link #goesOn}
     */
    public void awaitStart() throws InterruptedException {
        while (true) {
            Optional<JobSnapshot> snapshot = observe();
            if (snapshot.isPresent() && snapshot.get().runs()) {
                return;
            }
            if (ended()) {
                return;
            }
        }
    }

    private Optional<JobSnapshot> observe() {
        JobSnapshot snapshot;
        try {
            snapshot = JobSnapshot.read(webPage, job.getJobID());
        } catch (FileNotFoundException e) {
            throw new CommandException("Flink at %s has no job %s any more".formatted(webPage, job.getJobID()), e);
        } catch (IOException e) {
            requirePatience(e);
            return Optional.empty();
        }
        answeredNanos = System.nanoTime();
        switch (snapshot.status()) {
            case FAILED -> throw new CommandException("the job failed: " + lastCause(snapshot.failures()));
            case CANCELED -> throw cancelled();
            case FINISHED -> {}
            default ->
                health.observe(snapshot, System.nanoTime()).ifPresent(why -> {
                    cancel();
                    throw new CommandException("the job cannot run any more: " + why);
                });
        }
        return Optional.of(snapshot);
    }

    private void requirePatience(IOException e) {
        Duration patience = e instanceof ConnectException ? silence : SLOWNESS;
        if (System.nanoTime() - answeredNanos > patience.toNanos()) {
            throw new CommandException(
                    "Flink at %s has not answered for %d s (%s); whether the job runs is not known"
                            .formatted(webPage, patience.toSeconds(), ErrorLine.of(e)),
                    e);
        }
    }

    private static String lastCause(List<Failure> failures) {
        return failures.isEmpty()
                ? "Flink gives no cause"
                : failures.get(failures.size() - 1).cause();
    }

    /** Else it would still wait on the cluster when the next run starts another. */
    private void cancel() {
        try {
            job.cancel().get(CANCEL.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // Its Flink is as broken as the job.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
