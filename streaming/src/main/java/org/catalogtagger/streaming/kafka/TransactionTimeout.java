package org.catalogtagger.streaming.kafka;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.errors.AuthorizationException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.StreamSettings.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long Kafka lets a transaction of the job stay open. One is opened with a checkpoint and committed once the next is
 * complete; what the broker has aborted by then is lost, though the job has counted it as done.
 */
final class TransactionTimeout {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionTimeout.class);
    private static final String BROKERS_MAXIMUM = "transaction.max.timeout.ms";

    private final StreamSettings settings;

    TransactionTimeout(StreamSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes sure that a transaction may stay open as long as it must, and that the broker allows it.
     *
     * @throws CommandException if not
     */
    void requireEnough() {
        if (settings.kafka().delivery() != Delivery.EXACTLY_ONCE) {
            return;
        }
        tooShort().or(this::tooLong).ifPresent(fault -> {
            throw new CommandException(fault);
        });
    }

    /** What is wrong, if a checkpoint may take longer than a transaction. */
    Optional<String> tooShort() {
        Duration interval = settings.flink().checkpointInterval();
        Configuration flink = FlinkEnvironment.configuration(settings);
        Duration checkpoint = flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
        Duration pause = flink.get(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS);
        // The one that opens it, the pause before the next, and the next.
        Duration apart = max(interval, checkpoint.plus(pause));
        Duration longest = apart.plus(checkpoint);
        Duration timeout = settings.kafka().transactionTimeout();
        return timeout.compareTo(longest) > 0
                ? Optional.empty()
                : Optional.of(
                        ("kafka.transactionTimeout is %s, and must be more than %s, from the begin of a checkpoint to"
                                        + " the end of the next: execution.checkpointing.timeout is %s, flink.checkpointInterval"
                                        + " %s, execution.checkpointing.min-pause %s")
                                .formatted(
                                        inWords(timeout),
                                        inWords(longest),
                                        inWords(checkpoint),
                                        inWords(interval),
                                        inWords(pause)));
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Optional<String> tooLong() {
        Duration timeout = settings.kafka().transactionTimeout();
        return brokersMaximum()
                .filter(maximum -> timeout.compareTo(maximum) > 0)
                .map(maximum ->
                        "kafka.transactionTimeout is %s, but the brokers' %s is %d (%s); lower the one or raise the other"
                                .formatted(inWords(timeout), BROKERS_MAXIMUM, maximum.toMillis(), inWords(maximum)));
    }

    /** Empty if we may not ask: then the brokers say so to the sinks, as soon as the job runs. */
    private Optional<Duration> brokersMaximum() {
        try {
            ConfigEntry entry = TopicLimits.brokersDefaults(
                            settings.kafka().bootstrapServers(),
                            settings.kafka().properties())
                    .get(BROKERS_MAXIMUM);
            return Optional.ofNullable(entry).map(set -> Duration.ofMillis(Long.parseLong(set.value())));
        } catch (CommandException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                LOG.error("whether the brokers allow the transactionTimeout is not known: {}", e.getMessage());
            }
            return Optional.empty();
        }
    }

    private static String inWords(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
