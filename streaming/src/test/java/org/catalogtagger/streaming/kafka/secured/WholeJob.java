package org.catalogtagger.streaming.kafka.secured;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.DriftAcceptances;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.publish.DelayedLabels;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;

/** The job with something to do for each of its ends, from the beginning each time that it runs. */
final class WholeJob implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int IMAGES = 30;

    private final Path folder;
    private final StreamSettings settings;
    private final String inside;
    private final Admin admin;
    private final ImagePublisher publisher;
    private final byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));

    /** Publishes images whose labels, which come apart, the model does not know; what is no image; an acceptance; and a shadow model. */
    WholeJob(Path folder, StreamSettings settings, SecuredKafka kafka, Path shadow) throws Exception {
        this.folder = folder;
        this.settings = settings;
        this.inside = kafka.inside();
        this.admin = Admin.create(Map.of("bootstrap.servers", inside));
        this.publisher = new ImagePublisher(inside, Map.of(), settings.kafka().imagesTopic());
        try (DelayedLabels labels =
                new DelayedLabels(inside, Map.of(), settings.kafka().labelsTopic(), Duration.ZERO)) {
            for (int i = 0; i < IMAGES; i++) {
                publisher.send("product-" + i, image, "");
                labels.add("product-" + i, "Kites");
            }
            publisher.send("junk", "no image".getBytes(UTF_8), "");
            publisher.flush();
            labels.sendDue();
            labels.flush();
        }
        try (DriftAcceptances acceptances =
                new DriftAcceptances(inside, Map.of(), settings.kafka().acceptancesTopic())) {
            long now = System.currentTimeMillis();
            acceptances.send("none", new DriftAcceptance(Kind.BRIGHTNESS, "", "none", now, now));
        }
        try (ModelReleases releases = new ModelReleases(
                inside,
                Map.of(),
                settings.kafka().releasesTopic(),
                settings.kafka().releaseOutcomesTopic())) {
            releases.send(
                    new ModelRelease(ModelRelease.Role.SHADOW, shadow.toString(), "", System.currentTimeMillis()));
        }
    }

    /**
     * Runs it until it has written to all its topics and committed all its offsets, or a right is missing.
     *
     * @return what is said then; empty if nothing is
     */
    Optional<String> whatFails() throws Exception {
        forget();
        try (Complaints complaints = new Complaints();
                KafkaConsumer<byte[], byte[]> outputs = outputs()) {
            SecuredJob.Prepared prepared = SecuredJob.prepare(folder, settings);
            if (complaints.first().isPresent()) {
                return complaints.first();
            }
            try (SecuredJob job = prepared.start()) {
                return run(job, outputs, complaints);
            }
        } catch (CommandException e) {
            return Optional.of(ErrorLine.of(e));
        } catch (ExecutionException e) {
            return Optional.of(ExceptionUtils.stringifyException(e));
        }
    }

    private Optional<String> run(SecuredJob job, KafkaConsumer<byte[], byte[]> outputs, Complaints complaints)
            throws IOException, ExecutionException, InterruptedException {
        Set<String> silent = new HashSet<>(topics());
        Set<String> uncommitted = new HashSet<>(groups());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int more = 0; !silent.isEmpty() || !uncommitted.isEmpty(); more++) {
            // A shadow model tags only what comes after it, and windows close as time goes on.
            publisher.send("more-" + more, image, "");
            publisher.flush();
            for (ConsumerRecord<byte[], byte[]> written : outputs.poll(Duration.ofMillis(100))) {
                silent.remove(written.topic());
            }
            uncommitted.removeIf(this::hasOffsets);
            if (complaints.first().isPresent()) {
                return complaints.first();
            }
            if (job.end().isDone()) {
                job.end().get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("nothing in %s, no offsets of %s".formatted(silent, uncommitted));
            }
        }
        return Optional.empty();
    }

    private List<String> topics() {
        return Stream.concat(
                        settings.kafka().outputTopics().stream(),
                        Stream.of(settings.kafka().baselinesTopic()))
                .toList();
    }

    private List<String> groups() {
        String group = settings.kafka().consumerGroup();
        return List.of(group, group + "-labels", group + "-releases", group + "-acceptances", group + "-lease");
    }

    private KafkaConsumer<byte[], byte[]> outputs() {
        KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(inside);
        List<TopicPartition> partitions = topics().stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    private boolean hasOffsets(String group) {
        try {
            return !admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .isEmpty();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody has read anything, and nobody holds the lease, which Kafka would keep for a while for a job that failed. */
    void forget() throws InterruptedException {
        String lease = settings.kafka().consumerGroup() + "-lease";
        try {
            admin.removeMembersFromConsumerGroup(lease, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            // It has none.
        }
        for (String group : groups()) {
            try {
                admin.deleteConsumerGroups(List.of(group)).all().get();
            } catch (ExecutionException e) {
                // There was none.
            }
        }
    }

    @Override
    public void close() {
        publisher.close();
        admin.close();
    }
}
