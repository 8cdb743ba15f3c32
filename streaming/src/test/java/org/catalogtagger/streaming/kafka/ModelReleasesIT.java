package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.kafka.ModelReleases.Outcome;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is heard of a release, without a job. */
class ModelReleasesIT {
    private static final String OUTCOMES = "model-release-outcomes";
    private static final ModelRelease RELEASE = new ModelRelease(Role.LIVE, "/models/2", "", 1_000);

    @Test
    void eachSubtaskHasOneWordAndItsLastHolds(@TempDir Path folder) throws Exception {
        try (LocalKafka kafka = LocalKafka.start(folder)) {
            kafka.createTopics(List.of("model-releases", OUTCOMES), 1);
            try (ModelReleases releases =
                            new ModelReleases(kafka.bootstrapServers(), Map.of(), "model-releases", OUTCOMES);
                    KafkaProducer<byte[], byte[]> job = new KafkaProducer<>(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                say(job, 0, false);
                // Flink has restarted the job, and it reads the release again.
                say(job, 0, true);
                say(job, 1, true);
                assertThat(releases.await(RELEASE, Duration.ofSeconds(60)))
                        .hasSize(2)
                        .allMatch(Outcome::accepted)
                        .extracting(Outcome::subtask)
                        .containsExactly(0, 1);
            }
        }
    }

    private static void say(KafkaProducer<byte[], byte[]> job, int subtask, boolean accepted) throws Exception {
        ReleaseOutcome outcome = new ReleaseOutcome(RELEASE, "tiny-2", accepted, "why", subtask, 2, 2_000);
        job.send(Records.releaseOutcome(OUTCOMES, TopicLimit.DEFAULT, outcome)).get();
    }
}
