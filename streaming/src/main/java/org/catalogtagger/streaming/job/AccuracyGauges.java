package org.catalogtagger.streaming.job;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.MetricGroup;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;

/** Shows the window that closed last in Flink's metrics: overall and per class. */
final class AccuracyGauges {
    private static final ClassAccuracy NONE = new ClassAccuracy("", 0, 0, 0);

    private final MetricGroup group;
    private final Map<String, ClassAccuracy> classes = new HashMap<>();
    private AccuracyMetrics last;

    AccuracyGauges(MetricGroup group) {
        this.group = group;
        this.last = AccuracyMetrics.of(new AccuracyCounter().counts());
        MetricGroup overall = group.addGroup("overall");
        overall.gauge("accuracy", () -> last.accuracy());
        overall.gauge("support", () -> last.support());
        overall.gauge("labelCoverage", () -> last.labelCoverage());
    }

    void show(AccuracyMetrics window) {
        last = window;
        for (ClassAccuracy accuracy : window.classes()) {
            if (classes.put(accuracy.label(), accuracy) == null) {
                MetricGroup ofClass = group.addGroup("class", accuracy.label());
                gauge(ofClass, "accuracy", accuracy.label(), ClassAccuracy::recall);
                gauge(ofClass, "support", accuracy.label(), ClassAccuracy::support);
            }
        }
    }

    private void gauge(MetricGroup ofClass, String name, String label, ToDoubleFunction<ClassAccuracy> value) {
        ofClass.gauge(name, () -> value.applyAsDouble(classes.getOrDefault(label, NONE)));
    }
}
