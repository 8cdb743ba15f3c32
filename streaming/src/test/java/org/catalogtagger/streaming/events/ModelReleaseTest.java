package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReleaseTest {
    private static final long NOW = Instant.parse("2026-01-31T12:00:00Z").toEpochMilli();
    private static final EventTimes TIMES = new EventTimes(3_600_000);

    @Test
    void readsAReleaseAndPassesOverWhatOthersAdd() throws Exception {
        String json =
                """
                {"bundle": "/models/2", "modelVersion": "", "releasedAt": "2026-01-31T11:59:59Z", "by": "ci"}
                """;
        assertThat(release("live", json)).isEqualTo(new ModelRelease(Role.LIVE, "/models/2", "", NOW - 1000));
    }

    @Test
    void noValueWithdraws() throws Exception {
        assertThat(release("shadow", null)).isEqualTo(new ModelRelease(Role.SHADOW, "", "", NOW - 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "/models/2",
                "[\"/models/2\"]",
                "{}",
                "{\"bundle\": \"/m\", \"modelVersion\": null, \"releasedAt\": \"2026-01-31T11:59:59Z\"}",
                "{\"bundle\": null, \"modelVersion\": \"\", \"releasedAt\": \"2026-01-31T11:59:59Z\"}",
                "{\"bundle\": \"\", \"modelVersion\": \"\", \"releasedAt\": \"2026-01-31T11:59:59Z\"}",
                "{\"bundle\": \"/m\\u0000\", \"modelVersion\": \"\", \"releasedAt\": \"2026-01-31T11:59:59Z\"}",
                "{\"bundle\": \"/m\\ud800\", \"modelVersion\": \"\", \"releasedAt\": \"2026-01-31T11:59:59Z\"}",
                "{\"bundle\": \"/m\", \"modelVersion\": \"\"}",
                "{\"bundle\": \"/m\", \"modelVersion\": \"\", \"releasedAt\": \"+999999999-12-31T23:59:59Z\"}",
                "{\"bundle\": \"/m\", \"modelVersion\": \"\", \"releasedAt\": \"2099-01-01T00:00:00Z\"}"
            })
    void whatIsNoReleaseIsABadOne(String json) {
        assertThatThrownBy(() -> release("live", json))
                .isInstanceOfSatisfying(RejectedEventException.class, e -> assertThat(e.reason())
                        .isEqualTo("bad-release"));
    }

    @Test
    void aGiantBundleIsABadOne() {
        String json = "{\"bundle\": \"%s\"}".formatted("m".repeat(100_000));
        assertThatThrownBy(() -> release("live", json)).hasMessageContaining("100,000 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LIVE", "live ", "canary", "\u0000"})
    void aKeyThatIsNoRoleIsABadRelease(String key) {
        assertThatThrownBy(() -> release(key, "{}")).hasMessageContaining("live or shadow");
    }

    private static ModelRelease release(String key, @Nullable String json) throws RejectedEventException {
        byte[] value = json == null ? null : json.getBytes(UTF_8);
        return ModelRelease.of(new InputRecord(key.getBytes(UTF_8), value, List.of(), NOW - 7), TIMES, NOW);
    }
}
