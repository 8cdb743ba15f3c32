package org.catalogtagger.streaming.lease;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.util.FlinkRuntimeException;
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

    /**
     * What a job was prepared with.
     *
     * @param start tells its holder from others
     * @param expected the epoch that was seen then
     */
    record Plan(StreamSettings.Kafka kafka, String start, long expected) implements Serializable {}

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
            take();
        } catch (RuntimeException e) {
            context.failJob(e);
        }
    }

    private void take() {
        Lease lease = Lease.take(plan.kafka(), holder, plan.expected());
        try {
            if (!lease.wasHandedBack()) {
                IdleProducers.fence(plan.kafka());
            }
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
        LOG.info("consumer group {} is ours: {}", plan.kafka().consumerGroup(), holder);
        keeper = new LeaseKeeper(lease, () -> Lease.take(plan.kafka(), holder, plan.expected()), context::failJob);
    }

    @Override
    public void checkpointCoordinator(long checkpointId, CompletableFuture<byte[]> state) {
        if (keeper == null) {
            state.completeExceptionally(new IllegalStateException("the lease is not held yet"));
            return;
        }
        CompletableFuture<Void> unused = keeper.confirmation().whenComplete((confirmed, fault) -> {
            if (fault == null) {
                state.complete(plan.kafka().consumerGroup().getBytes(StandardCharsets.UTF_8));
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
        String group = plan.kafka().consumerGroup();
        String whose = state == null ? group : new String(state, StandardCharsets.UTF_8);
        if (!whose.equals(group)) {
            throw new RefusedException(
                    "the checkpoint is of the job of consumer group %s, and this is the job of %s; it would tag the other's images"
                            .formatted(whose, group));
        }
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
        if (keeper == null) {
            take();
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

    @Override
    public void close() throws InterruptedException {
        if (keeper != null) {
            keeper.close();
        }
    }

    @Override
    public void handleEventFromOperator(int subtask, int attempt, OperatorEvent event) {}

    @Override
    public void notifyCheckpointComplete(long checkpointId) {}

    @Override
    public void executionAttemptFailed(int subtask, int attempt, @Nullable Throwable reason) {}

    @Override
    public void executionAttemptReady(int subtask, int attempt, SubtaskGateway gateway) {}
}
