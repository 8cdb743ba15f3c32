package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.ImageNames;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.kafka.DriftAcceptances;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tagger drift accept}. */
@Command(
        name = "accept",
        description = {
            "Accepts changes that are to stay, of a new supplier say: the running job closes their alerts, and compares"
                    + " what comes with what is now.",
            "The accuracy of all tags is accepted with that of the classes that have an alert. It stays accepted over"
                    + " restarts, until another model is released. Ends with 1 if no such alert is open."
        })
final class DriftAcceptCommand implements Callable<Integer> {
    @ParentCommand
    private DriftCommand drift;

    @Option(names = "--all", description = "All alerts that are open.")
    private boolean all;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Those of one kind: accuracy, calibration, confusions, predictions, confidence, brightness,"
                    + " familiarity, expected-accuracy, unknown-label or label-selection.")
    private Optional<String> kind = Optional.empty();

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "Of these only that of one label, Shirts say; '' for the one that is of all tags.")
    private Optional<String> label = Optional.empty();

    @Option(names = "--model-version", paramLabel = "VERSION", description = "Only those of this model.")
    private Optional<String> modelVersion = Optional.empty();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for the job to close them, which is seen at its next checkpoint; 0 not to"
                    + " wait (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Option(
            names = "--acceptances-topic",
            paramLabel = "NAME",
            defaultValue = "drift-acceptances",
            description = "Where the job hears of it (default: ${DEFAULT-VALUE}).")
    private String acceptancesTopic;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireChoice();
        KafkaOptions kafka = drift.kafka();
        try (AlertsTopic alerts = new AlertsTopic(kafka, drift.topic())) {
            Map<String, DriftAlertValue> chosen = new LinkedHashMap<>();
            alerts.alerts().openByKey().forEach((key, alert) -> {
                if (isChosen(alert)) {
                    chosen.put(key, alert);
                }
            });
            if (chosen.isEmpty()) {
                throw new CommandException("none of the %d open alerts in %s is such a one"
                        .formatted(alerts.alerts().openByKey().size(), drift.topic()));
            }
            // The job makes it when it starts.
            KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), acceptancesTopic);
            send(chosen, System.out);
            return waitSeconds == 0 ? 0 : await(chosen, alerts, System.out);
        }
    }

    private void requireChoice() {
        if (all == kind.isPresent()) {
            throw new ParameterException(spec.commandLine(), "Which alerts? Say --kind KIND, or --all");
        }
        if (label.isPresent() && kind.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--label goes with --kind");
        }
        if (waitSeconds < 0) {
            throw new ParameterException(spec.commandLine(), "--wait must be 0 or more");
        }
        kind.filter(name -> Kind.of(name).isEmpty()).ifPresent(name -> {
            throw new ParameterException(spec.commandLine(), "--kind: there are no alerts of " + name);
        });
    }

    private boolean isChosen(DriftAlertValue alert) {
        // One of a later version's kinds is none that can be named.
        return Kind.of(alert.kind()).isPresent()
                && kind.filter(wanted -> !wanted.equals(alert.kind())).isEmpty()
                && label.filter(wanted -> !ImageNames.composed(wanted)
                                .equals(alert.label().orElse("")))
                        .isEmpty()
                && modelVersion
                        .filter(wanted -> !wanted.equals(alert.modelVersion()))
                        .isEmpty();
    }

    private void send(Map<String, DriftAlertValue> chosen, PrintStream console)
            throws IOException, InterruptedException {
        KafkaOptions kafka = drift.kafka();
        long now = System.currentTimeMillis();
        try (DriftAcceptances acceptances =
                new DriftAcceptances(kafka.bootstrap(), kafka.properties(), acceptancesTopic)) {
            for (Map.Entry<String, DriftAlertValue> each : chosen.entrySet()) {
                DriftAlertValue alert = each.getValue();
                console.printf(
                        "accepting %s since %s, model %s: %s%n",
                        DriftCommand.name(alert),
                        DriftCommand.minute(alert.since()),
                        alert.modelVersion(),
                        DriftCommand.values(alert));
                acceptances.send(
                        each.getKey(),
                        new DriftAcceptance(
                                Kind.of(alert.kind()).orElseThrow(),
                                alert.label().orElse(""),
                                alert.modelVersion(),
                                alert.since().toEpochMilli(),
                                now));
            }
        }
    }

    private int await(Map<String, DriftAlertValue> chosen, AlertsTopic alerts, PrintStream console) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        Map<String, DriftAlertValue> open = new LinkedHashMap<>(chosen);
        while (true) {
            open.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue(), alerts, console));
            if (open.isEmpty()) {
                return 0;
            }
            if (System.nanoTime() > deadline) {
                throw new CommandException(
                        "no job closed %d of the %d within %d s; what was sent stays in %s for one that starts later"
                                .formatted(open.size(), chosen.size(), waitSeconds, acceptancesTopic));
            }
            alerts.poll();
        }
    }

    private static boolean isOver(String key, DriftAlertValue meant, AlertsTopic alerts, PrintStream console) {
        Optional<Instant> open =
                Optional.ofNullable(alerts.alerts().openByKey().get(key)).map(DriftAlertValue::since);
        if (open.filter(meant.since()::equals).isPresent()) {
            return false;
        }
        alerts.alerts().over().stream()
                .filter(over -> isOf(meant, over))
                .findFirst()
                .ifPresent(over -> console.printf("closed %s: %s%n", DriftCommand.name(over), over.evidence()));
        return true;
    }

    private static boolean isOf(DriftAlertValue meant, DriftAlertValue over) {
        return over.kind().equals(meant.kind())
                && over.label().equals(meant.label())
                && over.modelVersion().equals(meant.modelVersion())
                && over.reference().equals(meant.reference())
                && over.since().equals(meant.since());
    }
}
