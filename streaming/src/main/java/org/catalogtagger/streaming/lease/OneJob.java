package org.catalogtagger.streaming.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.settings.StreamSettings;

/** One job per consumer group at a time, anywhere: {@code src/site/one-job.md} says how. */
public final class OneJob {
    /** After that a job that was killed is out of the way. */
    private static final Duration GIVEN_UP = Lease.SESSION.plusSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final LeaseCoordinator.Plan plan;

    private OneJob(LeaseCoordinator.Plan plan) {
        this.plan = plan;
    }

    /**
     * Waits until no other job has the consumer group: not at all for one that lives, until Kafka has given it up for one
     * that may be dead. To be called before a checkpoint to go on from is looked for.
     *
     * @param cluster the mark of a highly available Flink cluster of its own ({@link FlinkCluster}): its job is taken over from
     *     the JobManager before, which is no other, at once
     * @param notices gets a line if that takes longer
     * @throws CommandException if the group has its job
     */
    public static OneJob prepare(StreamSettings settings, Optional<String> cluster, Consumer<String> notices)
            throws InterruptedException {
        StreamSettings.Kafka kafka = settings.kafka();
        String start = cluster.orElseGet(() -> UUID.randomUUID().toString());
        LeaseRecord first = LeaseRecord.read(kafka);
        LeaseRecord now = first;
        long begin = System.nanoTime();
        boolean told = false;
        while (now.isHeld() && !now.isOf(start)) {
            long waited = System.nanoTime() - begin;
            if (!now.text().equals(first.text()) && !now.isHandedBack()) {
                throw new CommandException(
                        String.valueOf(Lease.another(kafka, now).getMessage()));
            }
            if (waited > GIVEN_UP.toNanos()) {
                throw new CommandException(
                        "Kafka still counts the last job of consumer group %s as alive (%s), which has confirmed nothing for %d s; try again"
                                .formatted(
                                        kafka.consumerGroup(),
                                        now.holder().map(Holder::toString).orElse("not known"),
                                        GIVEN_UP.toSeconds()));
            }
            if (!told && waited > LeaseKeeper.CONFIRMED_EVERY.multipliedBy(2).toNanos()) {
                told = true;
                notices.accept("the last job of consumer group %s does not answer; in %d s at most Kafka gives it up"
                        .formatted(kafka.consumerGroup(), Lease.SESSION.toSeconds()));
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            now = LeaseRecord.read(kafka);
        }
        String brokers = KafkaConnection.clusterId(kafka.bootstrapServers(), kafka.properties());
        return new OneJob(new LeaseCoordinator.Plan(kafka, brokers, start, now.epoch()));
    }

    /**
     * Adds the guard to a job.
     *
     * @param once a stream of one subtask, which never ends
     */
    public <T> void guard(DataStream<T> once) {
        once.transform("one job", Types.VOID, new LeaseOperator.Factory<T>(plan))
                .uid("one-job")
                .forceNonParallel();
    }
}
