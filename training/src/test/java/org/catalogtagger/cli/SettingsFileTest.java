package org.catalogtagger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private static final String GOOD =
            """
            mode: fast
            batch: {size: 3, delay: 50 ms}
            properties: {sasl.password: hunter2, other: x}
            """;

    public enum Mode {
        @JsonProperty("fast")
        FAST,
        @JsonProperty("slow")
        SLOW
    }

    public record Batch(@NotNull @Positive Integer size, @NotNull Duration delay) {}

    public record Settings(@NotNull Mode mode, @NotNull @Valid Batch batch, @NotNull Map<String, String> properties) {}

    @Test
    void readsARecord() {
        Settings settings = read(GOOD);
        assertThat(settings.mode()).isEqualTo(Mode.FAST);
        assertThat(settings.batch()).isEqualTo(new Batch(3, Duration.ofMillis(50)));
    }

    @Test
    void namesAllFaultsAtOnce() {
        assertThatThrownBy(
                        () -> read(
                                """
                                mode: quick
                                batch: {size: -1, delay: soon, sise: 4}
                                """))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("settings.yaml: ")
                .hasMessageContaining("mode: must be one of fast, slow")
                .hasMessageContaining("batch.size: must be greater than 0")
                .hasMessageContaining("batch.delay: must be a duration such as")
                .hasMessageContaining("batch.sise: unknown setting (known: delay, size)")
                .hasMessageContaining("properties: is missing");
    }

    @Test
    void namesAWrongNumber() {
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: three")))
                .hasMessageContaining("batch.size: must be a whole number");
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: [3]")))
                .hasMessageContaining("batch.size: must be a whole number");
    }

    @Test
    void whatIsNotSaidIsTakenFromTheDefaults() {
        SettingsFile own = SettingsFile.parse("own.yaml", "batch: {size: 7}");
        Settings settings = own.over(SettingsFile.parse("defaults.yaml", GOOD)).as(Settings.class);
        assertThat(settings.batch()).isEqualTo(new Batch(7, Duration.ofMillis(50)));
        assertThat(settings.mode()).isEqualTo(Mode.FAST);
    }

    @Test
    void aListReplacesTheOneInTheDefaults() {
        SettingsFile own = SettingsFile.parse("own.yaml", "group: {layers: [7]}");
        SettingsFile defaults = SettingsFile.parse("defaults.yaml", "group: {layers: [1, 2], rate: 3}");
        assertThat(own.over(defaults).tree()).hasToString("{\"group\":{\"layers\":[7],\"rate\":3}}");
    }

    @Test
    void whatIsNearlyRightIsNotTakenForIt() {
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: 2.7")))
                .hasMessageContaining("batch.size: must be a whole number in range");
        assertThatThrownBy(() -> read(GOOD.replace("mode: fast", "mode: 1")))
                .hasMessageContaining("mode: must be one of fast, slow");
        assertThatThrownBy(() -> read(GOOD + "mode: slow\n")).hasMessageContaining("twice");
    }

    @Test
    void refusesWhatIsNoYamlOrHoldsNothing() {
        assertThatThrownBy(() -> read("a: [1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("line");
        assertThatThrownBy(() -> read("")).hasMessageContaining("holds no settings");
        assertThatThrownBy(() -> read("just text")).hasMessageContaining("holds no settings");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "properties: {sasl.password: 'hunter2}",
                "properties: {sasl.password: \"a\\hunter2\"}",
                "properties: {sasl.password: @hunter2}",
                "properties: {sasl.password: *hunter2}",
                "properties: {sasl.password: %hunter2}",
                "properties: {sasl.password: hunter2, sasl.password: hunter2}",
                "properties:\n  sasl.password: hunter2: x",
                "properties:\n  sasl.password: hunter2\n bad: x",
                "properties:\n\tsasl.password: hunter2",
                "properties: hunter2",
                "properties: [hunter2]",
                "properties: {sasl.password: [hunter2]}",
                "properties: {sasl.password: {hunter2: 1}}",
                "properties: !!java.net.URL [hunter2]",
                "properties: !hunter2 x",
                "mode: hunter2",
                "batch: hunter2",
                "batch: {size: hunter2, delay: hunter2}",
                "batch: {size: 111111111111111111hunter2}",
                "hunter2",
                "- hunter2"
            })
    void noFaultQuotesAValue(String yaml) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileThatIsNoTextIsSaidToBeNone(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("s.yaml"), new byte[] {'a', ':', ' ', (byte) 0xE9});
        assertThatThrownBy(() -> SettingsFile.read(file))
                .isInstanceOf(SettingsException.class)
                .hasMessage(file + ": is not text in UTF-8");
    }

    @Test
    void aNumberOutOfRangeIsNotQuotedEither() {
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: 31415926535897932")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("batch.size")
                .hasMessageNotContaining("31415926535897932");
    }

    private static Settings read(String yaml) {
        return SettingsFile.parse("settings.yaml", yaml).as(Settings.class);
    }
}
