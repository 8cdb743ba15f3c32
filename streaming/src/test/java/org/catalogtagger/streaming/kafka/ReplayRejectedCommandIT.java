package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.streaming.commands.ReplayRejectedCommand;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What was rejected is sent again once its cause is gone. */
class ReplayRejectedCommandIT {
    private static final int LARGE = 100_000;

    @TempDir
    private Path folder;

    @Test
    void sendsAgainWhatIsAskedForAndAsItCame() throws Exception {
        Path late = Files.createDirectories(folder.resolve("images")).resolve("late.jpg");
        try (RunningJob job = RunningJob.start(
                folder,
                TinyModel.save(folder.resolve("model"), 1),
                (settings, unchanged) -> unchanged,
                "",
                (kafka, settings) -> limitRejected(settings))) {
            String kafka = job.kafka.bootstrapServers();
            send(
                    kafka,
                    "product-images",
                    "late",
                    late.toUri().toString().getBytes(UTF_8),
                    Map.of("content-type", "text/uri-list", "segment", "acme", "reason", "a header of the sender's"));
            send(kafka, "product-images", "junk", "no image".getBytes(UTF_8), Map.of());
            send(kafka, "product-images", "large", new byte[LARGE], Map.of());
            send(kafka, "model-releases", "live", "no JSON".getBytes(UTF_8), Map.of());
            send(kafka, "drift-acceptances", "key", "no JSON".getBytes(UTF_8), Map.of());
            RunningJob.await("the rejections", () -> rejected(kafka).size() == 5);

            assertThat(replay(kafka, "--dry-run")).contains("3 would be sent again", "1  fetch-failed");
            Files.write(late, SampleCatalogue.jpeg(ProductShape.TIES, new Random(1)));
            assertThat(replay(kafka, "--reason", "fetch-failed")).contains("1 sent again");
            RunningJob.await("the tag", () -> tags(kafka).size() == 1);
            ConsumerRecord<byte[], byte[]> tag = tags(kafka).get(0);
            assertThat(new String(tag.key(), UTF_8)).isEqualTo("late");
            assertThat(new String(tag.headers().lastHeader("segment").value(), UTF_8))
                    .isEqualTo("acme");
            assertThat(rejected(kafka)).hasSize(5);

            assertThat(replay(kafka, "--since", "2100-01-01T00:00:00Z")).contains("0 sent again");
            assertThat(replay(kafka)).contains("3 sent again");
            RunningJob.await("the second tag", () -> tags(kafka).size() == 2);
            RunningJob.await("the same rejections", () -> rejected(kafka).size() == 7);
            assertThat(rejected(kafka).stream().filter(each -> key(each).equals("large")))
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(
                                    new String(each.headers().lastHeader("cut").value(), UTF_8))
                            .isEqualTo("value=" + LARGE));
            assertThat(sent(kafka, "late")).hasSize(3).allSatisfy(each -> {
                assertThat(each.value()).isEqualTo(late.toUri().toString().getBytes(UTF_8));
                assertThat(Arrays.stream(each.headers().toArray()).map(header -> header.key()))
                        .containsExactlyInAnyOrder("content-type", "segment", "reason");
            });
        }
    }

    private static void limitRejected(StreamSettings settings) throws Exception {
        ConfigResource topic =
                new ConfigResource(ConfigResource.Type.TOPIC, settings.kafka().rejectedTopic());
        AlterConfigOp small = new AlterConfigOp(
                new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(LARGE / 2)),
                AlterConfigOp.OpType.SET);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", settings.kafka().bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(small))).all().get();
        }
    }

    private static String replay(String kafka, String... more) {
        PrintStream console = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, UTF_8));
        try {
            String[] all = Stream.concat(Stream.of("--bootstrap", kafka), Arrays.stream(more))
                    .toArray(String[]::new);
            assertThat(new CommandLine(new ReplayRejectedCommand()).execute(all))
                    .isZero();
        } finally {
            System.setOut(console);
        }
        return said.toString(UTF_8);
    }

    private static void send(String kafka, String topic, String key, byte[] value, Map<String, String> headers)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> each = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
            headers.forEach((name, text) -> each.headers().add(name, text.getBytes(UTF_8)));
            producer.send(each).get();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> tags(String kafka) {
        return CommittedRecords.readAll(kafka, "product-tags");
    }

    private static List<ConsumerRecord<byte[], byte[]>> rejected(String kafka) {
        return CommittedRecords.readAll(kafka, "product-images-rejected");
    }

    private static List<ConsumerRecord<byte[], byte[]>> sent(String kafka, String key) {
        return CommittedRecords.readAll(kafka, "product-images").stream()
                .filter(each -> key(each).equals(key))
                .toList();
    }

    private static String key(ConsumerRecord<byte[], byte[]> each) {
        return new String(each.key(), UTF_8);
    }
}
