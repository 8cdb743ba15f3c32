package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.watch.Alerts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code tagger drift}. */
@Command(
        name = "drift",
        description =
                "Lists the drift alerts that are open, and those that are over, from their topic, the newest first; and of which classes"
                        + " a fall could not be seen yet.",
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = DriftAcceptCommand.class)
public final class DriftCommand implements Callable<Integer> {
    private static final String BASELINES = "model-baselines";

    /** Of the images of an alert. */
    private static final int PRINTED = 3;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "drift-alerts",
            scope = ScopeType.INHERIT,
            description = "The topic of the alerts (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description =
                    "Of those that are over, only the ones that ended at that time or later, 2026-01-31T00:00:00Z say.")
    private Optional<Instant> since = Optional.empty();

    @Option(
            names = "--baselines",
            paramLabel = "NAME",
            description =
                    "The topic that says how well each class is watched (default: " + BASELINES + ", if it is there).")
    private Optional<String> baselines = Optional.empty();

    @Option(names = "--json", description = "One JSON object a line, as the topic has them.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        if (!json) {
            baselines.ifPresent(given -> KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), given));
        }
        try (AlertsTopic read = new AlertsTopic(kafka, topic)) {
            print(read.alerts(), console);
            read.warn();
        }
        if (!json) {
            WatchedClasses.read(kafka, baselines.orElse(BASELINES))
                    .forEach(classes -> console.println(classes.lines()));
        }
        return 0;
    }

    KafkaOptions kafka() {
        return kafka;
    }

    String topic() {
        return topic;
    }

    private void print(Alerts alerts, PrintStream console) throws IOException {
        List<DriftAlertValue> over = alerts.over().stream()
                .filter(alert -> since.filter(alert.at()::isBefore).isEmpty())
                .toList();
        if (json) {
            for (List<DriftAlertValue> some : List.of(alerts.open(), over)) {
                for (DriftAlertValue alert : some) {
                    console.println(Json.MAPPER.writeValueAsString(alert));
                }
            }
        } else {
            print("open", alerts.open(), console);
            print("over", over, console);
        }
    }

    private static void print(String what, List<DriftAlertValue> alerts, PrintStream console) {
        console.printf("%s: %s%n", what, alerts.isEmpty() ? "none" : Integer.toString(alerts.size()));
        alerts.forEach(alert -> console.println(lines(alert)));
    }

    /** What an alert says, for people: two lines, and two of where images lie, if it has some. */
    static String lines(DriftAlertValue alert) {
        boolean isOpen = alert.status().equals("open");
        String earliest = minute(alert.sinceEarliest().orElse(alert.since()));
        String latest = minute(alert.sinceLatest().orElse(alert.since()));
        String interval = earliest.equals(latest) ? "" : " (%s to %s)".formatted(earliest, latest);
        String words = "  %s since %s%s%s: %s"
                        .formatted(
                                name(alert),
                                minute(alert.since()),
                                interval,
                                isOpen ? "" : " until " + minute(alert.at()),
                                values(alert))
                + "%n    %s; %,d tags, model %s"
                        .formatted(alert.evidence(), alert.observations(), alert.modelVersion());
        return Stream.concat(
                        Stream.of(words),
                        Stream.of(images("before", alert.imagesBefore()), images("now", alert.imagesAfter()))
                                .flatMap(Optional::stream))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** What it is about. */
    static String name(DriftAlertValue alert) {
        return alert.kind() + alert.label().map(label -> " of " + label).orElse("");
    }

    /** What it was and what it is. */
    static String values(DriftAlertValue alert) {
        return "%s, %s by the %s"
                .formatted(
                        value(alert, alert.currentValue()),
                        value(alert, alert.referenceValue()),
                        alert.reference().replace('-', ' '));
    }

    private static Optional<String> images(String when, List<DriftAlertValue.Image> images) {
        return images.isEmpty()
                ? Optional.empty()
                : Optional.of(images.stream()
                        .limit(PRINTED)
                        .map(image -> "%s called %s%s"
                                .formatted(
                                        image.sourceRecord(),
                                        image.label(),
                                        image.truth()
                                                .filter(truth -> !truth.equals(image.label()))
                                                .map(truth -> ", is " + truth)
                                                .orElse("")))
                        .collect(Collectors.joining("; ", "    %s: ".formatted(when), "")));
    }

    static String minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES).toString();
    }

    private static String value(DriftAlertValue alert, double value) {
        return alert.kind().equals("brightness")
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }
}
