package org.catalogtagger.streaming.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.operators.coordination.OperatorCoordinator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseIT {
    private static LocalKafka kafka;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images", "product-tags"), 2);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void aSecondIsRefusedInOneLineUntilTheFirstHandsItBack() {
        StreamSettings.Kafka group = group("handed-back");
        try (Lease first = Lease.take(group, holder("a"), 0)) {
            first.confirm();
            assertThatThrownBy(() -> Lease.take(group, holder("b"), 1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("consumer group handed-back has its job already (job job-a on host, since"
                            + " 2026-01-01T00:00:00Z); stop that first, or give this one a kafka.consumerGroup of"
                            + " its own");
            assertThatCode(first::confirm).doesNotThrowAnyException();
            assertThat(first.wasHandedBack()).isFalse();
            first.handBack();
        }
        try (Lease second = Lease.take(group, holder("b"), 1)) {
            assertThatCode(second::confirm).doesNotThrowAnyException();
            assertThat(second.wasHandedBack()).isTrue();
        }
    }

    @Test
    void groupsDoNotConcernEachOther() {
        try (Lease first = Lease.take(group("books"), holder("a"), 0);
                Lease second = Lease.take(group("books-2"), holder("b"), 0)) {
            assertThatCode(first::confirm).doesNotThrowAnyException();
            assertThatCode(second::confirm).doesNotThrowAnyException();
        }
    }

    @Test
    void whoDoesNotKeepUpLosesItAndCanConfirmNoMore() throws Exception {
        StreamSettings.Kafka group = group("asleep");
        try (Lease asleep = Lease.take(group, holder("a"), 0)) {
            RunningJob.await(
                    "Kafka to give it up", () -> !LeaseRecord.read(group).isHeld());
            try (Lease next = Lease.take(group, holder("b"), 1)) {
                assertThatThrownBy(asleep::confirm).isInstanceOf(KafkaException.class);
                assertThatCode(next::confirm).doesNotThrowAnyException();
                assertThatThrownBy(() -> Lease.take(group, holder("a"), 0)).isInstanceOf(RefusedException.class);
                assertThatCode(next::confirm).doesNotThrowAnyException();
                next.handBack();
            }
            assertThatThrownBy(() -> Lease.take(group, holder("a"), 0))
                    .as("the other is gone, but has run")
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("has run since this one was prepared");
        }
    }

    @Test
    void aJobOnAnotherJobManagerTakesItsOwnLeaseOver() {
        StreamSettings.Kafka group = group("failover");
        try (Lease before = Lease.take(group, holder("a"), 0);
                Lease after = Lease.take(group, holder("a"), 0)) {
            assertThatCode(after::confirm).doesNotThrowAnyException();
            assertThatThrownBy(before::confirm).isInstanceOf(KafkaException.class);
        }
    }

    @Test
    void ofTwoJobManagersTheLaterKeepsIt() {
        StreamSettings.Kafka group = group("two-leaders");
        Holder zombie = new Holder("a", "job", "host-1", Instant.parse("2026-01-01T00:00:00Z"));
        Holder leader = new Holder("a", "job", "host-2", Instant.parse("2026-01-01T00:01:00Z"));
        try (Lease before = Lease.take(group, zombie, 0);
                Lease after = Lease.take(group, leader, 0)) {
            assertThatThrownBy(before::confirm).isInstanceOf(KafkaException.class);
            assertThatThrownBy(() -> Lease.takeAgain(group, zombie, 0))
                    .as("not refused, which would end the leader's job")
                    .isInstanceOf(KafkaException.class)
                    .hasMessageStartingWith("another JobManager has taken the job over: job job on host-2");
            assertThatCode(after::confirm).doesNotThrowAnyException();
            try (Lease again = Lease.takeAgain(group, leader, 0)) {
                assertThatCode(again::confirm).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void aJobManagerWhoseKafkaWasAwayAtTheStartTakesTheJobOverWhenItIsBack() throws Exception {
        StreamSettings.Kafka group = group("back-again");
        OperatorCoordinator.Context context = (OperatorCoordinator.Context) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {OperatorCoordinator.Context.class},
                (proxy, method, arguments) -> method.getName().equals("getJobID") ? new JobID(0, 7) : null);
        try (Lease before = Lease.take(group, holder("a"), 0);
                LeaseCoordinator coordinator =
                        new LeaseCoordinator(new LeaseCoordinator.Plan(group, "cluster", "a", 1), context)) {
            coordinator.subtaskReset(0, 1);
            assertThat(LeaseRecord.read(group).holder().map(Holder::job)).contains(new JobID(0, 7).toString());
            assertThatThrownBy(before::confirm).isInstanceOf(KafkaException.class);
        }
    }

    @Test
    void aStartWaitsForNobodyAndIsRefusedByOneThatLives() throws Exception {
        StreamSettings settings = settings("prepared");
        List<String> notices = new ArrayList<>();
        OneJob free = prepare(settings, Optional.empty(), notices);
        assertThat(free).isNotNull();
        Lease lease = Lease.take(settings.kafka(), holder("a"), 0);
        try (LeaseKeeper keeper =
                new LeaseKeeper(lease, () -> Lease.take(settings.kafka(), holder("a"), 0), lost -> {})) {
            keeper.confirmation().get();
            assertThatThrownBy(() -> prepare(settings, Optional.empty(), notices))
                    .isInstanceOf(CommandException.class)
                    .hasMessageStartingWith("consumer group prepared has its job already (job job-a on host");
            assertThatThrownBy(() -> prepare(settings, Optional.of("a"), notices))
                    .as("whatever it says of its cluster")
                    .hasMessageStartingWith("consumer group prepared has its job already (job job-a on host");
            keeper.handBack();
        }
        assertThatCode(() -> prepare(settings, Optional.empty(), notices)).doesNotThrowAnyException();
        assertThat(notices).isEmpty();
    }

    @Test
    void theNextLeaderOfItsFlinkClusterTakesItFromOneThatIsSilent() throws Exception {
        StreamSettings settings = settings("next-leader");
        Lease dead = Lease.take(settings.kafka(), holder("a"), 0);
        dead.close();
        assertThat(prepare(settings, Optional.of("a"), new ArrayList<>())).isNotNull();
        assertThat(LeaseRecord.read(settings.kafka()).isHeld())
                .as("before Kafka gives it up")
                .isTrue();
    }

    @Test
    void aStartWaitsForOneThatMayBeDeadAndSaysSo() throws Exception {
        StreamSettings settings = settings("dead");
        List<String> notices = new ArrayList<>();
        Lease dead = Lease.take(settings.kafka(), holder("a"), 0);
        dead.close();
        assertThat(prepare(settings, Optional.of("another cluster"), notices)).isNotNull();
        assertThat(LeaseRecord.read(settings.kafka()).isHeld()).isFalse();
        assertThat(notices)
                .containsExactly(
                        "the last job of consumer group dead does not answer; in 15 s at most Kafka gives it up");
    }

    /** As Flink closes the coordinator also when another JobManager takes the job over. */
    @Test
    void aKeeperThatIsOnlyClosedKeepsOthersOut() throws Exception {
        StreamSettings.Kafka group = group("closed");
        Lease lease = Lease.take(group, holder("a"), 0);
        try (LeaseKeeper keeper = new LeaseKeeper(lease, () -> lease, lost -> {})) {
            keeper.confirmation().get();
        }
        assertThat(LeaseRecord.read(group).isHeld()).isTrue();
        assertThatThrownBy(() -> Lease.take(group, holder("b"), 1)).isInstanceOf(RefusedException.class);
        try (Lease recovered = Lease.take(group, holder("a"), 0)) {
            assertThatCode(recovered::confirm).doesNotThrowAnyException();
        }
    }

    @Test
    void aKeeperThatCannotGoOnFailsTheJob() throws Exception {
        StreamSettings.Kafka group = group("broken");
        Lease lease = Lease.take(group, holder("a"), 0);
        lease.close();
        CompletableFuture<Throwable> lost = new CompletableFuture<>();
        try (LeaseKeeper keeper = new LeaseKeeper(lease, () -> lease, lost::complete)) {
            assertThat(lost.get(30, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            RunningJob.await("its thread to end", () -> !keeper.isAlive());
            assertThat(keeper.confirmation()).isCompletedExceptionally();
        }
    }

    @Test
    void theEpochGoesOnWhenAGroupReadsAnotherImagesTopic() {
        StreamSettings.Kafka before = group("moved");
        StreamSettings.Kafka after =
                settings("moved, imagesTopic: product-tags").kafka();
        try (Lease first = Lease.take(before, holder("a"), 0)) {
            first.handBack();
        }
        assertThat(LeaseRecord.read(after).epoch()).isEqualTo(1);
        assertThatThrownBy(() -> Lease.take(after, holder("b"), 0))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has run since this one was prepared");
        try (Lease second = Lease.take(after, holder("b"), 1)) {
            second.handBack();
        }
        assertThat(LeaseRecord.read(before).epoch()).isEqualTo(2);
    }

    @Test
    void idleProducersOfAnEarlierRunCanCommitNothingMoreAndOthersCan() throws Exception {
        StreamSettings.Kafka group = group("fenced");
        try (KafkaProducer<byte[], byte[]> idle = producer("fenced:tags-0-0");
                KafkaProducer<byte[], byte[]> fresh = producer("fenced:tags-0-1");
                KafkaProducer<byte[], byte[]> open = producer("fenced:tags-1-0");
                KafkaProducer<byte[], byte[]> others = producer("fenced-2:tags-0-0")) {
            commitOne(idle);
            commitOne(others);
            open.beginTransaction();
            send(open);

            IdleProducers.fence(group);

            assertThatThrownBy(() -> commitOne(idle)).isInstanceOfAny(KafkaException.class, ExecutionException.class);
            assertThatThrownBy(() -> commitOne(fresh)).isInstanceOfAny(KafkaException.class, ExecutionException.class);
            assertThatCode(open::commitTransaction).doesNotThrowAnyException();
            assertThatCode(() -> commitOne(others)).doesNotThrowAnyException();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String id) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static OneJob prepare(StreamSettings settings, Optional<String> cluster, List<String> notices)
            throws InterruptedException {
        return OneJob.prepare(settings, OneJob.look(settings), cluster, notices::add);
    }

    private static void commitOne(KafkaProducer<byte[], byte[]> producer) throws Exception {
        producer.beginTransaction();
        send(producer);
        producer.commitTransaction();
    }

    private static void send(KafkaProducer<byte[], byte[]> producer) throws Exception {
        producer.send(new ProducerRecord<>("product-tags", new byte[1])).get();
    }

    private static Holder holder(String start) {
        return new Holder(start, "job-" + start, "host", Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static StreamSettings.Kafka group(String name) {
        return settings(name).kafka();
    }

    private static StreamSettings settings(String group) {
        return StreamSettings.parse(
                "test",
                "kafka: {bootstrapServers: '%s', consumerGroup: %s}\nmodel: {bundle: m}\n"
                        .formatted(kafka.bootstrapServers(), group));
    }
}
