package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTimeoutIT {
    /** The broker allows its default of 15 minutes. */
    @Test
    void moreThanTheBrokersMaximumIsRefusedBeforeTheJobRuns(@TempDir Path folder) throws Exception {
        try (LocalKafka kafka = LocalKafka.start(folder)) {
            assertThatCode(() -> timeout(kafka, "15 min", "exactly-once").requireEnough())
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> timeout(kafka, "1 h", "exactly-once").requireEnough())
                    .isInstanceOf(CommandException.class)
                    .hasMessage(
                            "kafka.transactionTimeout is 3600 s, but the brokers' transaction.max.timeout.ms is 900000"
                                    + " (900 s); lower the one or raise the other");
            assertThatCode(() -> timeout(kafka, "1 h", "at-least-once").requireEnough())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aTransactionMustOutliveTheLongestCheckpoint() {
        assertThat(timeout("transactionTimeout: 5 min", "").tooShort())
                .contains("kafka.transactionTimeout is 300 s, and must be more than 600 s, from the begin of a"
                        + " checkpoint to the end of the next: execution.checkpointing.timeout is 300 s,"
                        + " flink.checkpointInterval 10 s, execution.checkpointing.min-pause 0 s");
        assertThat(timeout("", "").tooShort()).as("the defaults").isEmpty();
        assertThat(timeout("transactionTimeout: 5 min", "properties: {execution.checkpointing.timeout: 1 min}")
                        .tooShort())
                .isEmpty();
        assertThat(timeout("transactionTimeout: 15 min", "properties: {execution.checkpointing.min-pause: 5 min}")
                        .tooShort())
                .hasValueSatisfying(fault -> assertThat(fault).contains("must be more than 900 s"));
        assertThat(timeout("transactionTimeout: 15 min", "checkpointInterval: 10 min")
                        .tooShort())
                .hasValueSatisfying(fault -> assertThat(fault).contains("must be more than 900 s"));
    }

    private static TransactionTimeout timeout(LocalKafka kafka, String timeout, String delivery) {
        return timeout(
                "transactionTimeout: %s, delivery: %s, bootstrapServers: '%s'"
                        .formatted(timeout, delivery, kafka.bootstrapServers()),
                "");
    }

    private static TransactionTimeout timeout(String kafka, String flink) {
        String address = kafka.contains("bootstrapServers") ? "" : "bootstrapServers: 'localhost:1', ";
        return new TransactionTimeout(StreamSettings.parse(
                "test", "kafka: {%s%s}\nmodel: {bundle: m}\nflink: {%s}".formatted(address, kafka, flink)));
    }
}
