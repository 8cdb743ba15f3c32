package org.catalogtagger.streaming.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.json.DriftAlertValue;

/** Drift alerts that are open, and the newest that are over. */
final class Alerts {
    private static final int OVER = 50;

    private final Map<String, DriftAlertValue> open = new LinkedHashMap<>();
    private final Deque<DriftAlertValue> over = new ArrayDeque<>();

    /** Takes one, under the key of its record. */
    void add(String key, DriftAlertValue alert) {
        open.remove(key);
        if (alert.status().equals("open")) {
            open.put(key, alert);
            return;
        }
        over.addFirst(alert);
        if (over.size() > OVER) {
            over.removeLast();
        }
    }

    /** The open ones first, the newest first; of a class, if the viewer looks at one, and those of all. */
    List<DriftAlertValue> shown(Filter filter) {
        List<DriftAlertValue> shown = new ArrayList<>();
        open.values().forEach(alert -> shown.add(0, alert));
        shown.addAll(over);
        shown.removeIf(alert -> !filter.label().isEmpty()
                && !alert.label().orElse("").isEmpty()
                && !alert.label().orElse("").equals(filter.label()));
        return shown;
    }
}
