package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever producers send to the three topics that the job reads, it answers and goes on. There are more records with
 * {@code -Drecords.count=30000}, and others with {@code -Drecords.seed=2}.
 */
class AnyRecordIT {
    private static final int COUNT = Integer.getInteger("records.count", 3000);
    private static final long SEED = Long.getLong("records.seed", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int SUBTASKS = 2;

    @Test
    void eachHasExactlyOneAnswerAndTheJobNeverRestarts(@TempDir Path folder) throws Exception {
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        List<Path> bundles = List.of(
                TinyModel.save(folder.resolve("model-2"), 2).directory(),
                TinyModel.save(folder.resolve("model-3"), 3).directory());
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.write(images.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        Files.writeString(folder.resolve("secret"), "secret");
        AnyRecords records = new AnyRecords(SEED, bundles, images);
        try (RunningJob job = RunningJob.start(
                        folder, model, (settings, unchanged) -> unchanged, "", AnyRecordIT::asKafkaHasThem);
                Answers answers = new Answers(job.kafka.bootstrapServers())) {
            Map<String, AnyRecords.Expected> sent = send(records, job.kafka.bootstrapServers());
            Set<String> toAnswer = new HashSet<>();
            sent.forEach((place, one) -> {
                if (place.startsWith(AnyRecords.IMAGES) || one.leastRejected() > 0) {
                    toAnswer.add(place);
                }
            });
            int outcomes = sent.values().stream()
                    .mapToInt(AnyRecords.Expected::outcomes)
                    .sum();
            answers.readUntil(
                    () -> answers.outcomes >= outcomes && answers.answered(toAnswer) == toAnswer.size(), PATIENCE);
            assertThat(job.failures()).as("of the job").isEmpty();
            assertThat(job.restarts()).as("of the job").isZero();
            job.drain();
            answers.readUntil(() -> false, Duration.ofSeconds(2));

            System.out.printf(
                    "%,d records (seed %d): %,d images, %,d labels, %,d releases; %,d tags, %,d rejections, %,d outcomes, %,d cut; %s%n",
                    sent.size(),
                    SEED,
                    countOf(sent, AnyRecords.IMAGES),
                    countOf(sent, AnyRecords.LABELS),
                    countOf(sent, AnyRecords.RELEASES),
                    answers.tags.size(),
                    answers.rejections.size(),
                    answers.outcomes,
                    answers.cut,
                    answers.reasons);
            assertThat(answers.outcomes).isEqualTo(outcomes);
            sent.forEach((place, one) -> {
                int tags = answers.tags.getOrDefault(place, 0);
                int rejections = answers.rejections.getOrDefault(place, 0);
                if (place.startsWith(AnyRecords.IMAGES)) {
                    assertThat(tags + rejections).as(place).isEqualTo(1);
                } else {
                    assertThat(tags).as(place).isZero();
                    assertThat(rejections).as(place).isBetween(one.leastRejected(), one.mostRejected());
                }
            });
            assertThat(answers.tags).isNotEmpty();
            assertThat(answers.reasons.keySet())
                    .contains("corrupt", "unusable-key", "bad-label", "bad-release", "bad-acceptance");
        }
    }

    /** The records by where they lie. */
    private static Map<String, AnyRecords.Expected> send(AnyRecords records, String bootstrapServers) throws Exception {
        Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
        List<Future<RecordMetadata>> places = new ArrayList<>();
        List<AnyRecords.Expected> sent = new ArrayList<>();
        try {
            for (int i = 0; i < COUNT; i++) {
                AnyRecords.Sent next = records.next(SUBTASKS);
                KafkaProducer<byte[], byte[]> producer = producers.computeIfAbsent(
                        records.compression(), compression -> producer(bootstrapServers, compression));
                sent.add(next.expected());
                places.add(producer.send(next.event()));
            }
            Map<String, AnyRecords.Expected> byPlace = new LinkedHashMap<>();
            for (int i = 0; i < COUNT; i++) {
                RecordMetadata place = places.get(i).get();
                byPlace.put(place.topic() + '/' + place.partition() + '/' + place.offset(), sent.get(i));
            }
            return byPlace;
        } finally {
            producers.values().forEach(KafkaProducer::close);
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, String compression) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "compression.type",
                        compression,
                        "max.request.size",
                        64 << 20,
                        "buffer.memory",
                        128L << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Outputs with the limits of a broker that nobody has changed, inputs that take all. */
    static void asKafkaHasThem(LocalKafka kafka, StreamSettings settings) throws Exception {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : settings.kafka().outputTopics()) {
            changes.put(topic(topic), List.of(set("max.message.bytes", "1048588")));
        }
        for (String topic :
                List.of(AnyRecords.IMAGES, AnyRecords.LABELS, AnyRecords.RELEASES, AnyRecords.ACCEPTANCES)) {
            changes.put(topic(topic), List.of(set("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE))));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static long countOf(Map<String, AnyRecords.Expected> sent, String topic) {
        return sent.keySet().stream().filter(place -> place.startsWith(topic)).count();
    }
}
