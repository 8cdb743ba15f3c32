package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The entry point, started as Flink's own client starts a program. */
class StreamApplicationIT {
    private static final int IMAGES = 100;

    @Test
    void flinksClientRunsItInItsOwnEnvironmentAgainAndAgain(@TempDir Path folder) throws Exception {
        Configuration settings = new Configuration();
        settings.set(RestOptions.BIND_PORT, "0");
        settings.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"));
                MiniCluster flink = new MiniCluster(new MiniClusterConfiguration.Builder()
                        .setConfiguration(settings)
                        .setNumTaskManagers(1)
                        .setNumSlotsPerTaskManager(2)
                        .build())) {
            flink.start();
            String address = "127.0.0.1:" + flink.getRestAddress().get().getPort();
            kafka.createTopics(List.of("product-images", "product-tags"), 2);
            TinyModel.save(folder.resolve("model"), 1);
            Path config = Files.writeString(
                    folder.resolve("stream.yaml"),
                    """
                    kafka: {bootstrapServers: '%s'}
                    model: {bundle: '%s'}
                    flink: {checkpointInterval: 200 ms, checkpointDirectory: '%s'}
                    """
                            .formatted(
                                    kafka.bootstrapServers(), folder.resolve("model"), folder.resolve("checkpoints")));
            for (int round = 1; round <= 2; round++) {
                int expected = round * IMAGES;
                publish(kafka, folder, expected - IMAGES);
                run(address, config);
                RunningJob.await("the tags of round " + round, () -> tags(kafka).size() >= expected);
                assertThat(tags(kafka)).hasSize(expected).doesNotHaveDuplicates();
                try (ClusterJobs jobs = ClusterJobs.at(address)) {
                    ClusterJobs.Job job = jobs.living(Optional.of("catalog-tagger"));
                    assertThat(jobs.stop(job, StopCommand.PATIENCE))
                            .containsPattern("checkpoints/catalog-tagger/[^/]+/savepoint-");
                }
            }
        }
    }

    private static void run(String address, Path config) throws Exception {
        Configuration client = new Configuration();
        client.set(DeploymentOptions.TARGET, RemoteExecutor.NAME);
        client.set(DeploymentOptions.ATTACHED, false);
        client.set(RestOptions.ADDRESS, "127.0.0.1");
        client.set(RestOptions.PORT, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        try (PackagedProgram program = PackagedProgram.newBuilder()
                .setEntryPointClassName(StreamApplication.class.getName())
                .setArguments(config.toString())
                .build()) {
            ClientUtils.executeProgram(new DefaultExecutorServiceLoader(), client, program, false, false);
        }
    }

    private static void publish(LocalKafka kafka, Path folder, int from) throws Exception {
        Path image = Files.write(folder.resolve("1.jpg"), SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
        List<ImageFolder.Entry> entries = IntStream.range(from, from + IMAGES)
                .mapToObj(id -> new ImageFolder.Entry(image, 0, "product-" + id))
                .toList();
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), "product-images")) {
            publisher.publish(entries, List.of("Ties"), true, 0, sent -> {});
        }
    }

    private static List<String> tags(LocalKafka kafka) {
        return CommittedRecords.readAll(kafka.bootstrapServers(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .toList();
    }
}
