package org.catalogtagger.streaming.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.catalogtagger.cli.SettingsFile;

/**
 * What is printed of the settings in force: those that differ from the defaults, a line for each group. A value is shown
 * only if it can hold no secret: numbers, yes and no, durations, and the texts that are listed here.
 */
public final class ShownSettings {
    private static final Set<String> TEXTS = Set.of(
            "kafka.bootstrapServers",
            "kafka.imagesTopic",
            "kafka.labelsTopic",
            "kafka.tagsTopic",
            "kafka.rejectedTopic",
            "kafka.accuracyTopic",
            "kafka.driftAlertsTopic",
            "kafka.acceptancesTopic",
            "kafka.baselinesTopic",
            "kafka.shadowTagsTopic",
            "kafka.releasesTopic",
            "kafka.releaseOutcomesTopic",
            "kafka.consumerGroup",
            "kafka.startFrom",
            "kafka.delivery",
            "kafka.properties.client.id",
            "kafka.properties.client.rack",
            "kafka.properties.compression.type",
            "kafka.properties.sasl.mechanism",
            "kafka.properties.security.protocol",
            "kafka.properties.ssl.keystore.type",
            "kafka.properties.ssl.truststore.type",
            "model.bundle",
            "images.fetch.allow",
            "accuracy.kind",
            "flink.stateBackend",
            "flink.checkpointDirectory",
            "flink.prometheus.host");

    private static final Pattern DURATION = Pattern.compile("\\d{1,9} (?:ms|s|min|h|d)");

    /**
     * Of a URI: a user's name and password, which may hold a slash, and the query, which may hold a signature. A question mark behind
     * words is none of a URI.
     */
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://).*(?=@)|(?<=:[^\\s?]{0,4096}\\?).*");

    private static final String HIDDEN = "(not shown)";

    private ShownSettings() {}

    /** The lines for a job's settings. */
    public static String of(StreamSettings settings) {
        JsonNode defaults = SettingsFile.treeOf(StreamSettings.defaults().tree());
        StringBuilder text = new StringBuilder();
        SettingsFile.treeOf(settings).properties().forEach(group -> {
            List<String> different = new ArrayList<>();
            collect(group.getKey(), group.getValue(), defaults.path(group.getKey()), different);
            if (!different.isEmpty()) {
                text.append(String.join(", ", different)).append(System.lineSeparator());
            }
        });
        return text.toString();
    }

    /** A URI, or a line in which one stands, without what gives access to it. */
    public static String withoutCredentials(String uri) {
        return CREDENTIALS.matcher(uri).replaceAll(HIDDEN);
    }

    private static void collect(String path, JsonNode node, JsonNode byDefault, List<String> different) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path + "." + field.getKey(), field.getValue(), byDefault.path(field.getKey()), different));
        } else if (!node.toString().equals(byDefault.toString())) {
            different.add(path + " " + shown(path, node));
        }
    }

    private static String shown(String path, JsonNode value) {
        if (value.isArray()) {
            List<String> elements = new ArrayList<>();
            value.forEach(element -> elements.add(shown(path, element)));
            return elements.toString();
        }
        if (!value.isTextual()) {
            return value.asText();
        }
        String text = value.asText();
        // Properties of Kafka's clients and of Flink are texts of any kind.
        boolean duration = DURATION.matcher(text).matches() && !path.contains(".properties.");
        return duration || TEXTS.contains(path) ? withoutCredentials(text) : HIDDEN;
    }
}
