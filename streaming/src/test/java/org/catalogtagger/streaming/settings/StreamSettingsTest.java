package org.catalogtagger.streaming.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.catalogtagger.cli.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @CsvSource({"1 %, 0.01", "0.01, 0.01", "12.5%, 0.125", "0, 0", "100 %, 1", "1, 1"})
    void aShareIsANumberOrPercent(String text, double expected) {
        StreamSettings settings = StreamSettings.parse(
                "stream.yaml",
                "{kafka: {bootstrapServers: h:1}, model: {bundle: m}, audit: {share: %s}}".formatted(text));
        assertThat(settings.audit().share()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"101 %", "1.5", "-0.1"})
    void aShareIsNoMoreThanAll(String text) {
        assertThatThrownBy(() -> StreamSettings.parse("stream.yaml", "audit: {share: %s}".formatted(text)))
                .hasMessageContaining("audit.share: must be 0 % to 100 %");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a hundredth", "1 ‰", "{of: 1}", "[1]", "true"})
    void whatIsNoShareIsSaid(String text) {
        assertThatThrownBy(() -> StreamSettings.parse("stream.yaml", "audit: {share: %s}".formatted(text)))
                .hasMessageContaining("audit.share: must be a share such as 1 % or 0.01");
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
                        audit: {share: 1 %, perDay: 500}
                        """))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("images.fetch: allow must list URIs")
                .hasMessageContaining("accuracy: step must divide window")
                .hasMessageContaining("audit: share says how many, or perDay does: the other must be 0");
    }
}
