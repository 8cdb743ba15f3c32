package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagger publish} and {@code tagger replay-drift} by a table. */
class PublishCommandIT {
    private static final List<String> SEASONS = List.of("Summer", "", "Winter");

    @TempDir
    private Path folder;

    private LocalKafka kafka;
    private List<Entry> some = List.of();

    @BeforeEach
    void tableOfSomeImages() throws Exception {
        kafka = LocalKafka.start(folder.resolve("kafka"));
        kafka.createTopics(List.of("product-images"), 1);
        SampleCatalogue.write(folder.resolve("images"), 2, 1);
        List<Entry> all =
                new ArrayList<>(ImageFolder.scan(folder.resolve("images")).images());
        Collections.shuffle(all, new Random(1));
        some = all.subList(0, 9);
        StringBuilder table = new StringBuilder("id,label,year,season\n");
        for (int i = 0; i < some.size(); i++) {
            table.append("%s,class %d,%d,%s%n".formatted(some.get(i).productId(), i % 2, 2020 - i, SEASONS.get(i % 3)));
        }
        Files.writeString(folder.resolve("products.csv"), table);
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void sendsTheImagesOfATableInTheOrderOfAColumn() {
        assertThat(publish("--order-by", "year", "--segment-by", "season")).isZero();
        List<ConsumerRecord<byte[], byte[]>> sent =
                CommittedRecords.readAll(kafka.bootstrapServers(), "product-images");
        List<Entry> oldestFirst = new ArrayList<>(some);
        Collections.reverse(oldestFirst);
        assertThat(sent.stream().map(each -> new String(each.key(), StandardCharsets.UTF_8)))
                .containsExactlyElementsOf(
                        oldestFirst.stream().map(Entry::productId).collect(Collectors.toList()));
        assertThat(sent.stream().map(each -> header(each, "segment")))
                .containsExactly("Winter", "", "Summer", "Winter", "", "Summer", "Winter", "", "Summer");
        assertThat(sent.stream().map(each -> header(each, "label")))
                .startsWith("class 0", "class 1", "class 0")
                .hasSize(9);
    }

    @Test
    void sendsNothingWhereTheTableHasNoSuchColumn() {
        assertThat(publish("--segment-by", "seasons")).isEqualTo(1);
        assertThat(publish("--order-by", "season")).as("it is empty for some").isEqualTo(1);
        assertThat(CommittedRecords.readAll(kafka.bootstrapServers(), "product-images"))
                .isEmpty();
    }

    /** The nine years are of one image each: ten events of each follow one another. */
    @Test
    void aScenarioIsPlayedInTheOrderOfAColumnToo() throws Exception {
        Path scenario = folder.resolve("calm.yaml");
        Files.writeString(scenario, "{seed: 1, phases: [{events: 30}, {events: 60, brightness: 0.5}]}");
        assertThat(run(
                        "replay-drift",
                        "--scenario",
                        scenario.toString(),
                        "--order-by",
                        "year",
                        "--segment-by",
                        "season",
                        "--rate",
                        "0"))
                .isZero();
        List<ConsumerRecord<byte[], byte[]>> sent =
                CommittedRecords.readAll(kafka.bootstrapServers(), "product-images");
        assertThat(sent).hasSize(90);
        for (int i = 0; i < sent.size(); i++) {
            int image = 8 - i / 10;
            assertThat(new String(sent.get(i).key(), StandardCharsets.UTF_8))
                    .startsWith(some.get(image).productId() + "-");
            assertThat(header(sent.get(i), "segment")).isEqualTo(SEASONS.get(image % 3));
        }
        assertThat(run("replay-drift", "--scenario", scenario.toString(), "--order-by", "season"))
                .as("it is empty for some")
                .isEqualTo(1);
    }

    private int publish(String... more) {
        return run("publish", more);
    }

    private int run(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--images",
                folder.resolve("images").toString(),
                "--manifest",
                folder.resolve("products.csv").toString(),
                "--bootstrap",
                kafka.bootstrapServers()));
        arguments.addAll(List.of(more));
        return Tagger.commandLine().execute(arguments.toArray(String[]::new));
    }

    private static String header(ConsumerRecord<byte[], byte[]> each, String name) {
        Header header = each.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
