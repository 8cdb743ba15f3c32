package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of versions 0.1, whose accuracy monitors of a class and of all had two alerts each. Their evidence cannot be gone on
 * from, but of their alerts readers of the topic must learn the end.
 */
final class FormerState {
    private FormerState() {}

    /** The accuracy alerts that were open. */
    static List<DriftAlert> openAlerts(JsonNode state, ObjectMapper mapper) throws JsonProcessingException {
        List<JsonNode> monitors = new ArrayList<>();
        state.path("classes").forEach(monitors::add);
        monitors.add(state.path("overall"));
        List<DriftAlert> alerts = new ArrayList<>();
        for (JsonNode monitor : monitors) {
            for (String against : List.of("againstTest", "againstRecent")) {
                if (monitor.path(against).path("alert") instanceof ObjectNode alert) {
                    alert.set("sinceEarliest", alert.path("since"));
                    alert.set("sinceLatest", alert.path("since"));
                    alerts.add(mapper.treeToValue(alert, DriftAlert.class));
                }
            }
        }
        return alerts;
    }
}
