package org.catalogtagger.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.catalogtagger.cli.SettingsFile;

/** The rules of deploy/monitoring/alerts.yaml. */
final class AlertRules {
    static final Path MONITORING = Path.of("../deploy/monitoring");
    static final Path FILE = MONITORING.resolve("alerts.yaml");

    private static final Pattern SELECTOR = Pattern.compile("flink_\\w+(\\{[^}]*\\})?");
    private static final Pattern DURATION = Pattern.compile("(?<=\\[|offset |for: )(\\d+)([mhd])\\b");

    private AlertRules() {}

    /** A rule. */
    record Alert(String name, String expression, String summary, String runbook) {
        /** What it asks Prometheus for, each metric with its labels. */
        List<String> selectors() {
            return SELECTOR.matcher(expression)
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .toList();
        }
    }

    static List<Alert> read() throws IOException {
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode group : SettingsFile.read(FILE).tree().path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                JsonNode annotations = rule.path("annotations");
                alerts.add(new Alert(
                        rule.path("alert").asText(),
                        rule.path("expr").asText(),
                        annotations.path("summary").asText(),
                        annotations.path("runbook_url").asText()));
            }
        }
        return alerts;
    }

    /**
     * The file's text in the time of a tour: an hour is three of its minutes, a day 40, a week 80, and state is counted in
     * kilobytes.
     *
     * @param minute of the tour, in seconds
     */
    static String shortened(int minute) throws IOException {
        String text =
                Files.readString(FILE).replace("> 60\n", "> " + minute + "\n").replace("> 1e9", "> 1e6");
        return DURATION.matcher(text)
                .replaceAll(found -> minute * minutes(Integer.parseInt(found.group(1)), found.group(2)) + "s");
    }

    private static int minutes(int count, String unit) {
        return switch (unit) {
            case "m" -> count;
            case "h" -> 3 * count;
            default -> count == 1 ? 40 : 80;
        };
    }
}
