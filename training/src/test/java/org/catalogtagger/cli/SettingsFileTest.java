package org.catalogtagger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
                .hasMessageContaining("mode: 'quick' is not one of fast, slow")
                .hasMessageContaining("batch.size: must be greater than 0")
                .hasMessageContaining("batch.delay: 'soon' is not a Duration")
                .hasMessageContaining("batch.sise: unknown setting (known: delay, size)")
                .hasMessageContaining("properties: is missing");
    }

    @Test
    void namesAWrongNumber() {
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: three")))
                .hasMessageContaining("batch.size: 'three' is not a Integer");
        assertThatThrownBy(() -> read(GOOD.replace("size: 3", "size: [3]")))
                .hasMessageContaining("batch.size: a list or a group of settings is not a Integer");
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
    void refusesWhatIsNoYamlOrHoldsNothing() {
        assertThatThrownBy(() -> read("a: [1"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("line");
        assertThatThrownBy(() -> read("")).hasMessageContaining("holds no settings");
        assertThatThrownBy(() -> read("just text")).hasMessageContaining("holds no settings");
    }

    @Test
    void describesWhatIsInForceWithoutSecrets() {
        assertThat(SettingsFile.describe(read(GOOD)))
                .contains("batch.delay: 50 ms")
                .contains("properties.sasl.password: (not shown)")
                .contains("properties.other: x")
                .doesNotContain("hunter2");
    }

    private static Settings read(String yaml) {
        return SettingsFile.parse("settings.yaml", yaml).as(Settings.class);
    }
}
