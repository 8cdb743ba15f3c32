package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicLimitsIT {
    private static LocalKafka kafka;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        kafka = LocalKafka.start(folder);
        create("plain", Map.of("max.message.bytes", "1048588"));
        create(
                "odd",
                Map.of(
                        "max.message.bytes", "50000",
                        "message.timestamp.type", "LogAppendTime",
                        "message.timestamp.after.max.ms", "1",
                        "cleanup.policy", "compact",
                        "compression.type", "gzip"));
        create("times", Map.of("message.timestamp.before.max.ms", "1000", "message.timestamp.after.max.ms", "2000"));
        create("tiny", Map.of("max.message.bytes", "1000"));
    }

    private static void create(String name, Map<String, String> config) throws Exception {
        NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty()).configs(config);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void theyAreTheTopicsOwn() {
        assertThat(ask("plain", Map.of())).isEqualTo(TopicLimit.DEFAULT);
        TopicLimit times = ask("times", Map.of());
        assertThat(times.maxBehindMillis()).isEqualTo(1000);
        assertThat(times.maxAheadMillis()).isEqualTo(2000);
    }

    @Test
    void aTopicOfTheBrokersTimeTakesAnyAndACompactedOneNoneWithoutAKey() {
        TopicLimit odd = ask("odd", Map.of());
        assertThat(odd.maxAheadMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(odd.needsKey()).isTrue();
    }

    @Test
    void whereBatchesAreCompressedThereIsRoomForWhatThatAdds() {
        assertThat(ask("odd", Map.of()).maxBytes()).isBetween(49_000, 49_500);
        assertThat(ask("plain", Map.of("compression.type", "zstd")).maxBytes()).isLessThan(1_048_588 - 4000);
    }

    @Test
    void aTopicThatIsNotThereYetTakesWhatTheBrokerSays() {
        assertThat(ask("nowhere", Map.of()).maxBytes()).isEqualTo(20 << 20);
    }

    @Test
    void aTopicThatHoldsNoTagIsRefusedAtTheStart() {
        assertThatThrownBy(() -> ask("tiny", Map.of()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("tiny")
                .hasMessageContaining("1,000")
                .hasMessageContaining("max.message.bytes");
    }

    @Test
    void theUserHearsThatRejectedImagesWillBeCut() {
        assertThat(topics("nowhere", "plain").sizeNotice()).hasValueSatisfying(notice -> assertThat(notice)
                .contains("nowhere takes records of 20,971,520 bytes, plain of 1,048,588"));
        assertThat(topics("plain", "nowhere").sizeNotice()).isEmpty();
    }

    private static KafkaTopics topics(String images, String rejected) {
        return new KafkaTopics(StreamSettings.parse(
                "test",
                "{kafka: {bootstrapServers: '%s', imagesTopic: %s, rejectedTopic: %s}, model: {bundle: m}}"
                        .formatted(kafka.bootstrapServers(), images, rejected)));
    }

    private static TopicLimit ask(String topic, Map<String, String> properties) {
        return TopicLimits.ask(kafka.bootstrapServers(), properties, List.of(topic))
                .getOrDefault(topic, new TopicLimit(0, 0, 0, false));
    }
}
