package org.catalogtagger.streaming.monitor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.metrics.JobMetrics;

/** Shows the drift alerts of all models in Flink's metrics: by kind, and those about a class' accuracy by class. */
final class DriftGauges {
    /** Flink forgets no metric before its job ends: so many classes are shown, once they have had an alert. */
    private static final int MAX_CLASSES = 2000;

    private final JobMetrics metrics;
    private final Set<String> labels = new HashSet<>();
    private volatile Map<String, Integer> open = Map.of();
    private volatile Map<String, Integer> openOfClass = Map.of();

    DriftGauges(JobMetrics metrics) {
        this.metrics = metrics;
        for (Kind kind : Kind.values()) {
            String key = kind.key();
            metrics.group().addGroup("kind", key).gauge("open_drift_alerts", () -> open.getOrDefault(key, 0));
        }
    }

    void raised(Kind kind) {
        metrics.counter("drift_alerts_total", "kind", kind.key()).inc();
    }

    void show(List<DriftAlert> alerts) {
        Map<String, Integer> now = new HashMap<>();
        Map<String, Integer> nowOfClass = new HashMap<>();
        for (DriftAlert alert : alerts) {
            now.merge(alert.kind().key(), 1, Integer::sum);
            if (alert.kind() == Kind.ACCURACY && !alert.label().isEmpty()) {
                nowOfClass.merge(alert.label(), 1, Integer::sum);
            }
        }
        open = now;
        openOfClass = nowOfClass;
        nowOfClass.keySet().forEach(this::showClass);
    }

    private void showClass(String label) {
        if (labels.size() < MAX_CLASSES && labels.add(label)) {
            metrics.group()
                    .addGroup("label", label)
                    .gauge("class_open_drift_alerts", () -> openOfClass.getOrDefault(label, 0));
        }
    }
}
