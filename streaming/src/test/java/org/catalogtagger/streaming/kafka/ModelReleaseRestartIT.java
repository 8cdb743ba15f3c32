package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.kafka.ModelReleases.Outcome;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that fails after releases were accepted and refused. */
class ModelReleaseRestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String FAILS_ONCE = "fails-once";
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    @Test
    void afterARestartTheModelsTagThatWereInUse(@TempDir Path folder) throws Exception {
        FAILED.set(false);
        ModelBundle first = TinyModel.save(folder.resolve("model-1"), 1);
        Path half = TinyModel.save(folder.resolve("half"), 4).directory();
        TestBundles.toBfloat16(half);
        try (RunningJob job = RunningJob.start(folder, first, ModelReleaseRestartIT::failing);
                ModelReleases releases = new ModelReleases(
                        job.kafka.bootstrapServers(), Map.of(), "model-releases", "model-release-outcomes")) {
            accept(
                    releases,
                    Role.LIVE,
                    TinyModel.save(folder.resolve("model-2"), 2).directory());
            accept(
                    releases,
                    Role.SHADOW,
                    TinyModel.save(folder.resolve("model-9"), 9).directory());
            assertThat(release(releases, Role.LIVE, half)).hasSize(2).noneMatch(Outcome::accepted);
            assertThat(release(releases, Role.LIVE, folder.resolve("nowhere")))
                    .hasSize(2)
                    .noneMatch(Outcome::accepted);

            send(job, FAILS_ONCE, "after-1", "after-2", "after-3");
            RunningJob.await(
                    "tags after the restart",
                    () -> versions(job, "product-tags").size() == 4);
            assertThat(FAILED).isTrue();
            assertThat(versions(job, "product-tags")).containsOnly("tiny-2");
            RunningJob.await(
                    "shadow tags after the restart",
                    () -> versions(job, "product-tags-shadow").size() == 4);
            assertThat(versions(job, "product-tags-shadow")).containsOnly("tiny-9");

            accept(releases, Role.LIVE, folder.resolve("model-9"));
            send(job, "promoted-1", "promoted-2");
            RunningJob.await(
                    "tags of the promoted model",
                    () -> versions(job, "product-tags").size() == 6);
            assertThat(versions(job, "product-tags"))
                    .filteredOn("tiny-9"::equals)
                    .hasSize(2);
            job.drain();
            assertThat(versions(job, "product-tags-shadow"))
                    .as("the shadow was promoted")
                    .hasSize(4);
        }
    }

    private static TaggingJob failing(StreamSettings settings, TaggingJob job) {
        return FailingImages.of(
                settings,
                job,
                event -> Arrays.equals(event.key(), FAILS_ONCE.getBytes(UTF_8)) && FAILED.compareAndSet(false, true));
    }

    private static void accept(ModelReleases releases, Role role, Path bundle) throws Exception {
        assertThat(release(releases, role, bundle)).hasSize(2).allMatch(Outcome::accepted);
    }

    private static List<Outcome> release(ModelReleases releases, Role role, Path bundle) throws Exception {
        ModelRelease release = new ModelRelease(role, bundle.toString(), "", System.currentTimeMillis());
        releases.send(release);
        return releases.await(release, PATIENCE);
    }

    private static void send(RunningJob job, String... products) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", job.kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String product : products) {
                byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
                producer.send(new ProducerRecord<>("product-images", product.getBytes(UTF_8), image))
                        .get();
            }
        }
    }

    private static List<String> versions(RunningJob job, String topic) {
        List<String> versions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> tag : CommittedRecords.readAll(job.kafka.bootstrapServers(), topic)) {
            try {
                JsonNode json = Json.MAPPER.readTree(tag.value());
                versions.add(json.path("modelVersion").asText());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return versions;
    }
}
