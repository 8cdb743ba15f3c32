package org.catalogtagger.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.catalogtagger.model.bundle.Json;

/** Grafana's dashboard, as far as tests look at it. */
record Dashboard(JsonNode root) {
    static final Path FILE = AlertRules.MONITORING.resolve("grafana/dashboard.json");

    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)\\}|(\\w+))");

    /** A query, and what it is for. */
    record Query(String panel, String expression) {}

    static Dashboard read() throws IOException {
        return new Dashboard(Json.MAPPER.readTree(FILE.toFile()));
    }

    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        root.path("panels").forEach(panels::add);
        return panels;
    }

    /** Of all panels, as Prometheus gets them when everything is chosen and rates are taken over so much time. */
    List<Query> queries(String rateInterval) {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr").asText().replace("$__rate_interval", rateInterval);
                for (String variable : variables()) {
                    expression = expression.replace('$' + variable + '"', ".*\"");
                }
                queries.add(new Query(panel.path("title").asText(), expression));
            }
        }
        return queries;
    }

    /** What the variables are filled from: {@code label_values(METRIC, LABEL)}. */
    List<String> variableQueries() {
        return root.path("templating").path("list").findValuesAsText("definition");
    }

    List<String> variables() {
        List<String> names = new ArrayList<>();
        root.path("templating")
                .path("list")
                .forEach(variable -> names.add(variable.path("name").asText()));
        return names;
    }

    /** All that any text in it refers to; Grafana's own begin with two underscores. */
    Set<String> variablesUsed() {
        Set<String> used = new TreeSet<>();
        VARIABLE.matcher(root.toString()).results().forEach(found -> {
            String name = found.group(1) == null ? found.group(2) : found.group(1);
            if (!name.startsWith("__") && !name.matches("\\d+")) {
                used.add(name);
            }
        });
        return used;
    }
}
