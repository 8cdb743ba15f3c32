package org.catalogtagger.streaming.lease;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.catalogtagger.cli.CommandException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a lease, in a thread of its own, and takes it again where Kafka has given it up, after a pause of the process say,
 * as long as no other job has had it meanwhile.
 */
final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    /** A second start takes a holder that confirms nothing in this time for one that may be dead. */
    static final Duration CONFIRMED_EVERY = Duration.ofSeconds(3);

    /** A checkpoint waits so long for a Kafka that does not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Supplier<Lease> again;
    private final Consumer<Throwable> lost;
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean isJobOver;

    private @Nullable Lease lease;
    private long confirmedNanos = System.nanoTime();

    private record Request(CompletableFuture<Void> answer, long askedNanos) {}

    /**
     * Keeps a lease until it is closed, or cannot be kept.
     *
     * @param lease that has been taken
     * @param again takes it again
     * @param lost gets, once, why it cannot: a {@link RefusedException} if another job has it
     */
    LeaseKeeper(Lease lease, Supplier<Lease> again, Consumer<Throwable> lost) {
        this.lease = lease;
        this.again = again;
        this.lost = lost;
        this.thread = new Thread(this::run, "catalog-tagger-lease");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Done when Kafka has confirmed, after this call, that the lease is held; fails if it is not. */
    CompletableFuture<Void> confirmation() {
        Request request = new Request(new CompletableFuture<>(), System.nanoTime());
        requests.add(request);
        if (!isAlive()) {
            failAll(new IllegalStateException("the lease is not held any more"), Duration.ZERO);
        }
        return request.answer();
    }

    /** Whether it still tries; the job must be failed if not. */
    boolean isAlive() {
        return thread.isAlive();
    }

    private void run() {
        try {
            while (!closed) {
                Throwable trouble = keep();
                if (trouble != null) {
                    failAll(trouble, PATIENCE);
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // Were it only to end, no checkpoint would be taken any more, and nobody would hear of it.
            failAll(e, Duration.ZERO);
            lost.accept(e);
        } finally {
            if (isJobOver && lease != null) {
                lease.handBack();
                lease = null;
            }
            closed = true;
            giveUp();
            failAll(new IllegalStateException("the lease is not held any more"), Duration.ZERO);
        }
    }

    /** One round. Returns what is wrong, if something is that may pass; throws what will not. */
    private @Nullable Throwable keep() {
        try {
            Lease held = lease == null ? again.get() : lease;
            lease = held;
            held.keepUp();
            if (!requests.isEmpty() || System.nanoTime() - confirmedNanos > CONFIRMED_EVERY.toNanos()) {
                confirm(held);
            }
            return null;
        } catch (RetriableException | RebalanceInProgressException e) {
            return e;
        } catch (KafkaException | CommandException e) {
            LOG.warn("the lease is not held at the moment", e);
            giveUp();
            if (isForbidden(e) && System.nanoTime() - confirmedNanos > PATIENCE.toNanos()) {
                throw e;
            }
            return e;
        }
    }

    /** Rights do not come by themselves; though they may go and come back within a moment, when they are changed. */
    private static boolean isForbidden(RuntimeException e) {
        Throwable fault = e instanceof CommandException ? e.getCause() : e;
        return fault instanceof AuthorizationException || fault instanceof AuthenticationException;
    }

    private void confirm(Lease held) {
        // Those that come while Kafka is asked are answered by the next round.
        List<Request> asked = new ArrayList<>(requests);
        held.confirm();
        confirmedNanos = System.nanoTime();
        for (Request request : asked) {
            requests.remove(request);
            request.answer().complete(null);
        }
    }

    private void failAll(Throwable trouble, Duration after) {
        for (Request request : new ArrayList<>(requests)) {
            if (System.nanoTime() - request.askedNanos() >= after.toNanos()) {
                requests.remove(request);
                request.answer().completeExceptionally(trouble);
            }
        }
    }

    private void giveUp() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    /** Hands the lease back. To be called when nothing of the job runs any more. */
    void handBack() throws InterruptedException {
        isJobOver = true;
        close();
    }

    /** Ends the keeping only. Kafka gives the lease up after a while, unless the same job takes it again. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(PATIENCE.toMillis());
    }
}
