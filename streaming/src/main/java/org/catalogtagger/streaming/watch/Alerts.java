package org.catalogtagger.streaming.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.streaming.json.DriftAlertValue;

/** Drift alerts that are open, and the newest that are over. Not thread-safe. */
public final class Alerts {
    private final int overKept;
    private final Map<String, DriftAlertValue> open = new LinkedHashMap<>();
    private final Deque<DriftAlertValue> over = new ArrayDeque<>();

    /**
     * None yet.
     *
     * @param overKept how many that are over are kept
     */
    public Alerts(int overKept) {
        this.overKept = overKept;
    }

    /** Takes one, under the key of its record. */
    public void add(String key, DriftAlertValue alert) {
        open.remove(key);
        if (alert.status().equals("open")) {
            open.put(key, alert);
            return;
        }
        over.addFirst(alert);
        if (over.size() > overKept) {
            over.removeLast();
        }
    }

    /** The open ones, the newest first. */
    public List<DriftAlertValue> open() {
        List<DriftAlertValue> newestFirst = new ArrayList<>(open.values());
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** The open ones by the keys of their records, in the order in which they came. */
    public Map<String, DriftAlertValue> openByKey() {
        return Collections.unmodifiableMap(open);
    }

    /** Those that are over, the newest first. */
    public List<DriftAlertValue> over() {
        return List.copyOf(over);
    }

    /** The open ones first, the newest first; of a class, if the viewer looks at one, and those of all. */
    List<DriftAlertValue> shown(Filter filter) {
        List<DriftAlertValue> shown = open();
        shown.addAll(over);
        shown.removeIf(alert -> !filter.label().isEmpty()
                && !alert.label().orElse("").isEmpty()
                && !alert.label().orElse("").equals(filter.label()));
        return shown;
    }
}
