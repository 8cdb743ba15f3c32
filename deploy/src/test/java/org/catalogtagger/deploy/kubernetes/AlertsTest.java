package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AlertsTest {
    /** What the Prometheus Operator adds to each metric, by which no rule of ours tells anything apart. */
    private static final Set<String> ADDED = Set.of("namespace", "pod", "container", "endpoint", "job", "instance");

    private static final Pattern LABELS = Pattern.compile("(\\w+)(?:=~?|!~?)\"|by \\(([\\w, ]+)\\)");

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void areThoseOfTheMonitoringFolder(Render render) throws Exception {
        JsonNode rules = Render.documents(Files.readString(Path.of("monitoring", "alerts.yaml")))
                .get(0)
                .path("groups");
        assertThat(rules.path(0).path("rules")).isNotEmpty();
        assertThat(withoutBreaks(render.only("PrometheusRule").path("spec").path("groups")))
                .isEqualTo(withoutBreaks(rules));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void askForNoLabelThatTheMonitorGivesOrTakes(Render render) {
        Set<String> asked = new TreeSet<>();
        for (JsonNode group : render.only("PrometheusRule").path("spec").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                asked.addAll(LABELS.matcher(rule.path("expr").asText())
                        .results()
                        .flatMap(AlertsTest::labels)
                        .collect(Collectors.toSet()));
            }
        }
        assertThat(asked).contains("kind", "quantile").doesNotContainAnyElementsOf(ADDED);
        JsonNode endpoint = render.only("PodMonitor")
                .path("spec")
                .path("podMetricsEndpoints")
                .get(0);
        assertThat(endpoint.has("metricRelabelings")).isFalse();
        assertThat(endpoint.path("honorLabels").asBoolean()).isTrue();
    }

    /** Kustomize breaks folded text in other places, which is all the same to Prometheus. */
    private static JsonNode withoutBreaks(JsonNode rules) throws IOException {
        return new ObjectMapper().readTree(rules.toString().replaceAll("(\\\\n|\\s)+", " "));
    }

    private static Stream<String> labels(MatchResult match) {
        return match.group(1) != null
                ? Stream.of(match.group(1))
                : Stream.of(match.group(2).split(", ", -1));
    }
}
