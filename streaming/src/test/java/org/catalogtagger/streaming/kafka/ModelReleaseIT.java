package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.streaming.bundles.FaultyStore;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.kafka.ModelReleases.Outcome;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models released to a job that is tagging. */
class ModelReleaseIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void modelsChangeUnderLoadAndNoEventIsLostOrTaggedTwice(@TempDir Path folder) throws Exception {
        ModelBundle first = TinyModel.save(folder.resolve("model-1"), 1);
        try (RunningJob job = RunningJob.start(folder, first, (settings, unchanged) -> unchanged);
                ModelReleases releases = new ModelReleases(
                        job.kafka.bootstrapServers(), Map.of(), "model-releases", "model-release-outcomes")) {
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> sendUntil(enough, job));
            RunningJob.await("first tags", () -> !tags(job, "product-tags").isEmpty());

            Path shadow = TinyModel.save(folder.resolve("shadow"), 9).directory();
            assertThat(release(releases, Role.SHADOW, shadow)).hasSize(2).allMatch(Outcome::accepted);
            for (int version = 2; version <= 4; version++) {
                Path next = TinyModel.save(folder.resolve("model-" + version), version)
                        .directory();
                assertThat(release(releases, Role.LIVE, next)).hasSize(2).allMatch(Outcome::accepted);
                awaitTagsOf(job, "tiny-" + version);
            }
            Path broken = TinyModel.save(folder.resolve("broken"), 5).directory();
            Files.write(broken.resolve("weights.safetensors"), new byte[100]);
            assertThat(release(releases, Role.LIVE, broken)).hasSize(2).allSatisfy(outcome -> {
                assertThat(outcome.accepted()).isFalse();
                assertThat(outcome.detail()).contains("weights.safetensors");
            });
            Path half = TinyModel.save(folder.resolve("half"), 6).directory();
            TestBundles.toBfloat16(half);
            assertThat(release(releases, Role.LIVE, half)).hasSize(2).allSatisfy(outcome -> {
                assertThat(outcome.accepted()).isFalse();
                assertThat(outcome.detail()).contains("layer1.weight is bfloat16");
            });
            Path last = TinyModel.save(folder.resolve("model-5"), 5).directory();
            assertThat(release(releases, Role.LIVE, last)).hasSize(2).allMatch(Outcome::accepted);
            awaitTagsOf(job, "tiny-5");

            List<JsonNode> tags = tagsOfAll(job, enough, sent);
            assertThat(versions(tags)).containsOnly("tiny-1", "tiny-2", "tiny-3", "tiny-4", "tiny-5");
            assertThat(versions(tags(job, "product-tags-shadow"))).isNotEmpty().containsOnly("tiny-9");
            assertThat(accuracyVersions(job)).contains("tiny-4", "tiny-9");
        }
    }

    @Test
    void modelsByUriAreFetchedOnceByAllWhileTheJobGoesOn(@TempDir Path folder) throws Exception {
        ModelBundle first = TinyModel.save(folder.resolve("model-1"), 1);
        String bySettings = "model: {bundle: '%s'}".formatted(FaultyStore.uri(first.directory()));
        try (RunningJob job = RunningJob.start(folder, first, (settings, unchanged) -> unchanged, bySettings);
                ModelReleases releases = new ModelReleases(
                        job.kafka.bootstrapServers(), Map.of(), "model-releases", "model-release-outcomes")) {
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Integer> sent = CompletableFuture.supplyAsync(() -> sendUntil(enough, job));
            RunningJob.await("first tags", () -> !tags(job, "product-tags").isEmpty());
            assertThat(FaultyStore.opened("weights.safetensors")).isEqualTo(1);

            String second =
                    FaultyStore.uri(TinyModel.save(folder.resolve("model-2"), 2).directory());
            assertThat(release(releases, Role.LIVE, second, "tiny-2"))
                    .hasSize(2)
                    .allMatch(Outcome::accepted);
            assertThat(FaultyStore.opened("weights.safetensors")).isEqualTo(2);
            awaitTagsOf(job, "tiny-2");

            String third =
                    FaultyStore.uri(TinyModel.save(folder.resolve("model-3"), 3).directory());
            FaultyStore.fault("weights.safetensors", FaultyStore.denied());
            assertRefused(
                    release(releases, Role.LIVE, third, "tiny-3"),
                    third + "/weights.safetensors: not allowed; are the");
            FaultyStore.heal();
            assertRefused(
                    release(releases, Role.LIVE, third, "tiny-4"),
                    "holds tiny-3, not tiny-4; was it overwritten since");
            assertRefused(release(releases, Role.LIVE, third + "-gone", "tiny-3"), "no model bundle at " + third);
            assertThat(release(releases, Role.LIVE, third, "tiny-3")).hasSize(2).allMatch(Outcome::accepted);
            awaitTagsOf(job, "tiny-3");

            List<JsonNode> tags = tagsOfAll(job, enough, sent);
            assertThat(versions(tags)).containsOnly("tiny-1", "tiny-2", "tiny-3");
        } finally {
            FaultyStore.heal();
        }
    }

    private static void awaitTagsOf(RunningJob job, String version) throws InterruptedException {
        RunningJob.await(
                "tags of " + version, () -> versions(tags(job, "product-tags")).contains(version));
    }

    /** Ends what sends and the job; each event must have one tag. */
    private static List<JsonNode> tagsOfAll(RunningJob job, AtomicBoolean enough, CompletableFuture<Integer> sent)
            throws Exception {
        enough.set(true);
        int events = sent.get();
        // A job that is drained leaves what it has not read yet.
        RunningJob.await(
                "tags of all " + events, () -> tags(job, "product-tags").size() >= events);
        job.drain();
        List<JsonNode> tags = tags(job, "product-tags");
        assertThat(tags).hasSize(events);
        assertThat(tags).extracting(tag -> tag.path("productId").asText()).doesNotHaveDuplicates();
        return tags;
    }

    private static void assertRefused(List<Outcome> outcomes, String why) {
        assertThat(outcomes).hasSize(2).allSatisfy(outcome -> {
            assertThat(outcome.accepted()).isFalse();
            assertThat(outcome.detail()).contains(why);
        });
    }

    private static List<Outcome> release(ModelReleases releases, Role role, Path bundle) throws Exception {
        return release(releases, role, bundle.toString(), "");
    }

    private static List<Outcome> release(ModelReleases releases, Role role, String bundle, String version)
            throws Exception {
        ModelRelease release = new ModelRelease(role, bundle, version, System.currentTimeMillis());
        releases.send(release);
        return releases.await(release, PATIENCE);
    }

    private static int sendUntil(AtomicBoolean enough, RunningJob job) {
        int sent = 0;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", job.kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
            while (!enough.get()) {
                ProducerRecord<byte[], byte[]> event =
                        new ProducerRecord<>("product-images", ("product-" + sent).getBytes(UTF_8), image);
                event.headers().add("label", "Ties".getBytes(UTF_8));
                producer.send(event).get();
                sent++;
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return sent;
    }

    private static List<JsonNode> tags(RunningJob job, String topic) {
        List<JsonNode> tags = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> tag : CommittedRecords.readAll(job.kafka.bootstrapServers(), topic)) {
            try {
                tags.add(Json.MAPPER.readTree(tag.value()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return tags;
    }

    private static List<String> versions(List<JsonNode> tags) {
        return tags.stream().map(tag -> tag.path("modelVersion").asText()).toList();
    }

    private static List<String> accuracyVersions(RunningJob job) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), "accuracy-metrics").stream()
                .map(accuracy -> new String(accuracy.key(), UTF_8))
                .toList();
    }
}
