package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoreFlinkSettingsTest {
    @Test
    void whatIsSaidReachesFlinkOverOurOwnDefaults() {
        Configuration flink = flink("{execution.checkpointing.timeout: 42 s, some.plugins.key: 'a,b', x.number: 3}");
        assertThat(flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT)).hasSeconds(42);
        assertThat(flink.toMap()).containsEntry("some.plugins.key", "a,b").containsEntry("x.number", "3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            rest.bind-address             | 0.0.0.0    | for this machine only
            web.cancel.enable             | true       | for this machine only
            parallelism.default           | 4          | flink.parallelism says it
            state.backend.type            | hashmap    | flink.stateBackend says it
            state.backend                 | hashmap    | flink.stateBackend says it
            state.checkpoints.dir         | file:///x  | flink.checkpointDirectory says it
            execution.state-recovery.claim-mode | CLAIM | would lose them
            execution.savepoint-restore-mode | CLAIM   | would lose them
            execution.state-recovery.ignore-unclaimed-state | true | --allow-non-restored-state says it
            jobmanager.scheduler          | adaptive   | needs Flink's default scheduler
            scheduler-mode                | reactive   | needs Flink's default scheduler
            execution.savepoint.path      | file:///x  | a job goes on from its own last checkpoint
            """)
    void whatHasItsPlaceElsewhereIsRefused(String name, String value, String why) {
        assertThatThrownBy(() -> flink("{%s: '%s'}".formatted(name, value)))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("flink.properties: " + name + " does not belong there: ")
                .hasMessageContaining(why);
    }

    private static Configuration flink(String properties) {
        return FlinkEnvironment.configuration(StreamSettings.parse(
                "test",
                "kafka: {bootstrapServers: 'a:1'}\nmodel: {bundle: m}\nflink: {properties: %s}".formatted(properties)));
    }
}
