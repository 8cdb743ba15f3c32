package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.watch.Alerts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger drift}. */
@Command(
        name = "drift",
        description =
                "Lists the drift alerts that are open, and those that are over, from their topic; the newest first.")
public final class DriftCommand implements Callable<Integer> {
    private static final int OVER = 1000;

    /** Of the images of an alert. */
    private static final int PRINTED = 3;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "drift-alerts",
            description = "The topic of the alerts (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description =
                    "Of those that are over, only the ones that ended at that time or later, 2026-01-31T00:00:00Z say.")
    private Optional<Instant> since = Optional.empty();

    @Option(names = "--json", description = "One JSON object a line, as the topic has them.")
    private boolean json;

    private int unreadable;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        Map<String, String> reading = new HashMap<>(kafka.properties());
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        Alerts alerts = new Alerts(OVER);
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(kafka.bootstrap(), reading)) {
            CommittedRecords.readThrough(consumer, topic, each -> take(each, alerts));
        }
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
        if (unreadable > 0) {
            System.err.printf("%s: %d record(s) are no alerts and were passed over%n", topic, unreadable);
        }
        return 0;
    }

    private void take(ConsumerRecord<byte[], byte[]> each, Alerts alerts) throws IOException {
        if (each.key() == null || each.value() == null) {
            unreadable++;
            return;
        }
        try {
            DriftAlertValue alert = JsonValues.read(each.value(), DriftAlertValue.class);
            alerts.add(new String(each.key(), StandardCharsets.UTF_8), alert);
        } catch (JsonProcessingException e) {
            unreadable++;
        }
    }

    private static void print(String what, List<DriftAlertValue> alerts, PrintStream console) {
        console.printf("%s: %s%n", what, alerts.isEmpty() ? "none" : Integer.toString(alerts.size()));
        alerts.forEach(alert -> console.println(lines(alert)));
    }

    /** What an alert says, for people: two lines, and two of where images lie, if it has some. */
    static String lines(DriftAlertValue alert) {
        boolean isOpen = alert.status().equals("open");
        String interval =
                alert.sinceEarliest().isPresent() && alert.sinceLatest().isPresent()
                        ? " (%s to %s)"
                                .formatted(
                                        minute(alert.sinceEarliest().get()),
                                        minute(alert.sinceLatest().get()))
                        : "";
        String words = "  %s since %s%s%s: %s, %s by the %s"
                        .formatted(
                                alert.kind()
                                        + alert.label()
                                                .map(label -> " of " + label)
                                                .orElse(""),
                                minute(alert.since()),
                                interval,
                                isOpen ? "" : " until " + minute(alert.at()),
                                value(alert, alert.currentValue()),
                                value(alert, alert.referenceValue()),
                                alert.reference().replace('-', ' '))
                + "%n    %s; %,d tags, model %s"
                        .formatted(alert.evidence(), alert.observations(), alert.modelVersion());
        return Stream.concat(
                        Stream.of(words),
                        Stream.of(images("before", alert.imagesBefore()), images("now", alert.imagesAfter()))
                                .flatMap(Optional::stream))
                .collect(Collectors.joining(System.lineSeparator()));
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

    private static String minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES).toString();
    }

    private static String value(DriftAlertValue alert, double value) {
        return alert.kind().equals("brightness")
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.1f %%", 100 * value);
    }
}
