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

    /** One that lives confirms its lease more often. */
    private static final Duration SILENCE = LeaseKeeper.CONFIRMED_EVERY.plusSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final LeaseCoordinator.Plan plan;

    private OneJob(LeaseCoordinator.Plan plan) {
        this.plan = plan;
    }

    /** The lease as it was seen at a time. */
    public static final class Sighting {
        private final LeaseRecord record;
        private final long nanos;

        private Sighting(LeaseRecord record) {
            this.record = record;
            this.nanos = System.nanoTime();
        }

        private Duration age() {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }

    /**
     * Looks who has the consumer group. The earlier, the less there is to wait later.
     *
     * @throws CommandException if Kafka does not answer, or refuses
     */
    public static Sighting look(StreamSettings settings) {
        return new Sighting(LeaseRecord.read(settings.kafka()));
    }

    /**
     * Waits until no other job has the consumer group: not at all for one that lives, until Kafka has given it up for one
     * that may be dead. To be called before a checkpoint to go on from is looked for.
     *
     * @param first what was seen before
     * @param cluster the mark of a highly available Flink cluster of its own ({@link FlinkCluster}): a JobManager of it that had the
     *     job, and confirms nothing any more, is no other
     * @param notices gets a line if that takes longer
     * @throws CommandException if the group has its job
     */
    public static OneJob prepare(
            StreamSettings settings, Sighting first, Optional<String> cluster, Consumer<String> notices)
            throws InterruptedException {
        StreamSettings.Kafka kafka = settings.kafka();
        String start = cluster.orElseGet(() -> UUID.randomUUID().toString());
        Sighting changed = first;
        LeaseRecord now = LeaseRecord.read(kafka);
        boolean told = false;
        while (now.isHeld()) {
            boolean isOurs = now.isOf(start);
            if (!now.text().equals(changed.record.text())) {
                changed = new Sighting(now);
                // A JobManager of ours hears within seconds that it leads no more.
                if (!now.isHandedBack() && (!isOurs || first.age().compareTo(GIVEN_UP) > 0)) {
                    throw new CommandException(
                            String.valueOf(Lease.another(kafka, now).getMessage()));
                }
            }
            if (isOurs && changed.age().compareTo(SILENCE) > 0) {
                break;
            }
            if (changed.age().compareTo(GIVEN_UP) > 0) {
                throw new CommandException(
                        "Kafka still counts the last job of consumer group %s as alive (%s), which has confirmed nothing for %d s; try again"
                                .formatted(
                                        kafka.consumerGroup(),
                                        now.holder().map(Holder::toString).orElse("not known"),
                                        GIVEN_UP.toSeconds()));
            }
            if (!told && changed.age().compareTo(LeaseKeeper.CONFIRMED_EVERY.multipliedBy(2)) > 0) {
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
