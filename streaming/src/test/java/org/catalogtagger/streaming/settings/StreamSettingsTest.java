package org.catalogtagger.streaming.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.catalogtagger.cli.SettingsException;
import org.junit.jupiter.api.Test;

class StreamSettingsTest {
    private static final String LEAST = "{kafka: {bootstrapServers: 'localhost:9092'}, model: {bundle: my/model}}";

    @Test
    void addressAndModelAreEnough() {
        StreamSettings settings = StreamSettings.parse("s.yaml", LEAST);
        assertThat(settings.kafka().imagesTopic()).isEqualTo("product-images");
        assertThat(settings.kafka().delivery()).isEqualTo(StreamSettings.Delivery.EXACTLY_ONCE);
        assertThat(settings.classify().maxDelay()).isEqualTo(Duration.ofMillis(50));
        assertThat(settings.images().limits().maxBytes()).isEqualTo(16 << 20);
    }

    @Test
    void whatIsSaidStands() {
        StreamSettings settings = StreamSettings.parse(
                "s.yaml",
                """
                kafka: {bootstrapServers: 'h:1', delivery: at-least-once, startFrom: latest, properties: {a: b}}
                model: {bundle: m}
                accuracy: {window: 5 min}
                """);
        assertThat(settings.kafka().delivery()).isEqualTo(StreamSettings.Delivery.AT_LEAST_ONCE);
        assertThat(settings.kafka().startFrom()).isEqualTo(StreamSettings.StartFrom.LATEST);
        assertThat(settings.kafka().properties()).containsEntry("a", "b");
        assertThat(settings.accuracy().window()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void allFaultsAreNamedInOneMessage() {
        assertThatThrownBy(
                        () -> StreamSettings.parse(
                                "s.yaml",
                                """
                        kafka: {delivery: twice, topic: x}
                        classify: {maxBatch: 0, maxDelay: never}
                        accuracy: {corrections: {after: soon, shareOfAge: 1.5, maxBytesPerSecond: 0}}
                        flink: {checkpointInterval: 1 ms}
                        """))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("kafka.bootstrapServers")
                .hasMessageContaining("model.bundle")
                .hasMessageContaining("kafka.delivery: must be one of exactly-once, at-least-once")
                .hasMessageContaining("kafka.topic: unknown setting")
                .hasMessageContaining("classify.maxBatch: must be greater than 0")
                .hasMessageContaining("classify.maxDelay: must be a duration")
                .hasMessageContaining("accuracy.corrections.after: must be a duration")
                .hasMessageContaining("accuracy.corrections.shareOfAge: must be 0 to 1")
                .hasMessageContaining("accuracy.corrections.maxBytesPerSecond: must be greater than 0")
                .hasMessageContaining("flink.checkpointInterval: must be");
    }

    @Test
    void whatSettingsMustBeTogetherIsSaidOfTheirGroup() {
        assertThatThrownBy(
                        () -> StreamSettings.parse(
                                "s.yaml",
                                """
                        kafka: {bootstrapServers: 'localhost:9092'}
                        model: {bundle: my/model}
                        images: {fetch: {allow: ['no scheme']}}
                        accuracy: {kind: sliding, window: 1 h, step: 7 min}
                        """))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("images.fetch: allow must list URIs")
                .hasMessageContaining("accuracy: step must divide window");
    }
}
