package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.kafka.RejectedRecords;
import org.catalogtagger.streaming.kafka.RejectedRecords.Outcome;
import org.catalogtagger.streaming.kafka.RejectedRecords.Selection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger replay-rejected}. */
@Command(
        name = "replay-rejected",
        description = {
            "Sends what was rejected to its topic again, as it came: images and labels, once the cause is gone.",
            "Each run sends all that are selected; --since and --until keep it from what was sent before."
        })
public final class ReplayRejectedCommand implements Callable<Integer> {
    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "product-images-rejected",
            description = "The topic of the rejected (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description =
                    "Only those of this reason, fetch-timeout say; may be given often (default: all). Releases are never sent again.")
    private Set<String> reasons = new LinkedHashSet<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description = "Rejected at that time or later, 2026-01-31T00:00:00Z say (default: the topic's beginning).")
    private Optional<Instant> since = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description = "Rejected before that (default: the topic's end as the command starts).")
    private Optional<Instant> until = Optional.empty();

    @Option(names = "--dry-run", description = "Only counts what would be sent.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (reasons.contains(ModelRelease.UNREADABLE)) {
            throw new CommandException("releases are not sent again; `tagger release` releases a model");
        }
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        try (RejectedRecords rejected = new RejectedRecords(kafka.bootstrap(), kafka.properties())) {
            Outcome outcome;
            try (Progress progress = Progress.start("looking through", rejected.count(topic), console)) {
                outcome = rejected.replay(
                        topic, new Selection(reasons, since, until), dryRun, read -> progress.to(read, ""));
            }
            outcome.byReason().forEach((reason, count) -> console.printf("%,10d  %s%n", count, reason));
            console.printf(dryRun ? "%,d would be sent again%n" : "%,d sent again%n", outcome.sent());
            if (outcome.ofNoTopic() > 0) {
                console.printf("%,d are left: they do not say of which topic they are%n", outcome.ofNoTopic());
            }
            if (outcome.gone() > 0) {
                console.printf("%,d are left: their topic does not hold them any more%n", outcome.gone());
            }
            if (outcome.refused() > 0) {
                throw new CommandException(
                        "Kafka did not take %,d of them: %s".formatted(outcome.refused(), outcome.refusal()));
            }
        }
        return 0;
    }
}
