package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How commands that run Flink end, and what they leave behind. */
class EndingsIT {
    private static final int BATCHES = 3;
    private static final int TERMINATIONS = 4;

    @TempDir
    private Path folder;

    private Path temporary;

    @BeforeEach
    void model() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        TinyModel.save(folder.resolve("model"), 1);
        SampleCatalogue.write(folder.resolve("images"), 5, 1);
    }

    @Test
    void aQuickstartThatIsTerminatedLeavesNothingAndTheNextRemovesWhatAKilledOneLeft() throws Exception {
        try (TaggerProcess killed = quickstart("killed")) {
            killed.awaitOutput("keep running until Ctrl-C");
            assertThat(leftovers()).isNotEmpty();
            killed.signal("KILL");
            assertThat(killed.exitCode()).isEqualTo(137);
        }
        assertThat(leftovers()).isNotEmpty();
        for (String signal : List.of("TERM", "INT")) {
            try (TaggerProcess next = quickstart(signal)) {
                next.awaitOutput("keep running until Ctrl-C");
                next.signal(signal);
                assertThat(next.exitCode()).isEqualTo(signal.equals("TERM") ? 143 : 130);
            }
            assertThat(leftovers()).isEmpty();
        }
    }

    /** It ended by a crash in libtorch now and then: at different moments, since it is a race. */
    @Test
    void aTrainingThatIsTerminatedEndsByTheSignal() throws Exception {
        for (int epoch = 1; epoch <= TERMINATIONS; epoch++) {
            try (TaggerProcess training = start(
                    "train" + epoch,
                    "train",
                    "--images",
                    folder.resolve("images").toString(),
                    "--out",
                    folder.resolve("trained").toString(),
                    "--restart")) {
                training.awaitOutput("epoch " + epoch + " of");
                training.signal("TERM");
                assertThat(training.exitCode()).as(training.output()).isEqualTo(143);
                assertThat(training.output()).doesNotContain("SIGSEGV");
            }
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void aJobThatAStrangerWantsToCancelGoesOnUntilItsUserEndsIt() throws Exception {
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            kafka.createTopics(List.of("product-images"), 2);
            Path config = Files.writeString(
                    folder.resolve("stream.yaml"),
                    "kafka: {bootstrapServers: '%s'}\nmodel: {bundle: '%s'}\nflink: {checkpointDirectory: '%s'}\n"
                            .formatted(
                                    kafka.bootstrapServers(), folder.resolve("model"), folder.resolve("checkpoints")));
            try (TaggerProcess stream = start("stream", "stream", "--config", config.toString())) {
                stream.awaitOutput("Flink's page: ");
                String page = stream.output().replaceAll("(?s).*Flink's page: (\\S+);.*", "$1");
                assertThat(statusOfCancellingAllJobs(page)).isEqualTo(403);
                stream.signal("TERM");
                assertThat(stream.exitCode()).isEqualTo(143);
                assertThat(stream.output()).contains("savepoint");
            }
            assertThat(leftovers()).isEmpty();

            try (Admin admin = Admin.create(
                    Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
                assertThat(admin.listTopics().names().get())
                        .contains("model-releases", "model-release-outcomes", "product-tags", "drift-alerts");
            }
        }
    }

    @Test
    void batchEndsWithItsResultsEachTime() throws Exception {
        for (int run = 0; run < BATCHES; run++) {
            Path out = folder.resolve("out" + run);
            try (TaggerProcess batch = start(
                    "batch" + run,
                    "batch",
                    "--model",
                    folder.resolve("model").toString(),
                    "--in",
                    folder.resolve("images").toString(),
                    "--out",
                    out.toString())) {
                assertThat(batch.exitCode()).as(batch.output()).isZero();
            }
            assertThat(out.resolve("tags.jsonl")).isNotEmptyFile();
            assertThat(leftovers()).isEmpty();
        }
    }

    private TaggerProcess quickstart(String name) throws IOException {
        return start(
                name,
                "quickstart",
                "--keep-running",
                "--images",
                folder.resolve("images").toString(),
                "--model",
                folder.resolve("model").toString(),
                "--out",
                folder.resolve("quickstart").toString());
    }

    private TaggerProcess start(String name, String... arguments) throws IOException {
        return TaggerProcess.start(temporary, folder.resolve(name + ".log"), arguments);
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.walk(temporary, 2)) {
            return files.filter(file -> !file.equals(temporary))
                    .filter(file -> !file.getFileName().toString().startsWith("catalog-tagger-"))
                    .toList();
        }
    }

    private static int statusOfCancellingAllJobs(String page) throws Exception {
        var client = HttpClient.newHttpClient();
        var jobs = client.send(
                HttpRequest.newBuilder(URI.create(page + "/jobs")).build(), HttpResponse.BodyHandlers.ofString());
        String id = jobs.body().replaceAll(".*\"id\":\"([0-9a-f]{32})\".*", "$1");
        return client.send(
                        HttpRequest.newBuilder(URI.create(page + "/jobs/" + id + "?mode=cancel"))
                                .method("PATCH", HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
