package org.catalogtagger.streaming.lease;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.util.FlinkRuntimeException;
import org.catalogtagger.streaming.kafka.AdminSession;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the lease in the JobManager, from before the first task is deployed until the job is over, whatever becomes of its
 * tasks between. No checkpoint begins unless Kafka confirms the lease, and nothing is committed without a checkpoint.
 */
final class LeaseCoordinator implements OperatorCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseCoordinator.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Plan plan;
    private final Context context;
    private final Holder holder;
    private @Nullable LeaseKeeper keeper;
    private boolean started;
    private boolean ended;

    /**
     * What a job was prepared with.
     *
     * @param cluster the id of the Kafka cluster
     * @param start tells its holder from others
     * @param expected the epoch that was seen then
     */
    record Plan(StreamSettings.Kafka kafka, String cluster, String start, long expected) implements Serializable {
        CheckpointOwner owner() {
            return CheckpointOwner.of(kafka, cluster);
        }
    }

    /** Says that the operator's subtask has ended in good order: every task was told to, and what it had is committed. */
    record Ended() implements OperatorEvent {}

    /** Makes one per job. */
    record Provider(OperatorID operator, Plan plan) implements OperatorCoordinator.Provider {
        @Override
        public OperatorID getOperatorId() {
            return operator;
        }

        @Override
        public OperatorCoordinator create(Context context) {
            return new LeaseCoordinator(plan, context);
        }
    }

    LeaseCoordinator(Plan plan, Context context) {
        this.plan = plan;
        this.context = context;
        this.holder = new Holder(plan.start(), context.getJobID().toString(), host(), Instant.now());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }

    /** In the JobManager's own thread: no task is deployed before it returns, and none at all if it fails the job. */
    @Override
    public void start() {
        started = true;
        try {
            keep(take());
        } catch (RuntimeException e) {
            context.failJob(e);
        }
    }

    private Lease take() {
        return AdminSession.share(() -> Lease.take(plan.kafka(), holder, plan.expected()));
    }

    private Lease takeAgain() {
        return AdminSession.share(() -> Lease.takeAgain(plan.kafka(), holder, plan.expected()));
    }

    private void keep(Lease lease) {
        try {
            if (!lease.wasHandedBack()) {
                IdleProducers.fence(plan.kafka());
            }
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
        LOG.info("consumer group {} is ours: {}", plan.kafka().consumerGroup(), holder);
        keeper = new LeaseKeeper(lease, this::takeAgain, context::failJob);
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        if (keeper == null) {
            state.completeExceptionally(new IllegalStateException("the lease is not held yet"));
            return;
        }
        CompletableFuture<Void> unused = keeper.confirmation().whenComplete((confirmed, fault) -> {
            if (fault == null) {
                state.complete(plan.owner().toBytes());
            } else {
                state.completeExceptionally(fault);
            }
        });
    }

    /**
     * Before the start, and with each restart of all tasks.
     *
     * @throws RefusedException if the checkpoint is another job's
     */
    @Override
    public void resetToCheckpoint(long checkpointId, byte @Nullable [] state) {
        Optional.ofNullable(state).flatMap(plan.owner()::fault).ifPresent(fault -> {
            throw new RefusedException(fault);
        });
        if (started) {
            requireLease();
        }
    }

    @Override
    public void subtaskReset(int subtask, long checkpointId) {
        requireLease();
    }

    /**
     * Before tasks are deployed again, in the JobManager's own thread: the sinks that are restored abort what transactions they
     * find, which must be no successor's. What is thrown fails the restart.
     */
    private void requireLease() {
        ended = false;
        if (keeper == null) {
            // Kafka did not answer at the start.
            keep(take());
            return;
        }
        if (!keeper.isAlive()) {
            keep(takeAgain());
            return;
        }
        try {
            keeper.confirmation().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new FlinkRuntimeException("Kafka does not confirm that this is the job of its consumer group", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlinkRuntimeException(e);
        }
    }

    /** Also when this JobManager is not the leader any more, and another recovers the job, whose tasks may live on. */
    @Override
    public void close() throws InterruptedException {
        if (keeper == null) {
            return;
        }
        if (ended) {
            keeper.handBack();
        } else {
            keeper.close();
        }
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {
        ended |= event instanceof Ended;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {}

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {}
}
