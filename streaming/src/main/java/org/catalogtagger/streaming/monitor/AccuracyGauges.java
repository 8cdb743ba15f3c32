package org.catalogtagger.streaming.monitor;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.metrics.JobMetrics;

/** Shows each model's window that closed last in Flink's metrics: overall and per class. */
final class AccuracyGauges {
    private static final ClassAccuracy NONE = new ClassAccuracy("", 0, 0, 0);

    /** Flink forgets no metric before its job ends: so many models and classes are shown. */
    private static final int MAX_MODELS = 20;

    private static final int MAX_CLASSES = 2000;

    private final JobMetrics metrics;
    private final Map<String, OfModel> models = new HashMap<>();

    AccuracyGauges(JobMetrics metrics) {
        this.metrics = metrics;
    }

    void show(String modelVersion, AccuracyMetrics window) {
        OfModel shown = models.get(modelVersion);
        if (shown == null) {
            if (models.size() >= MAX_MODELS) {
                return;
            }
            shown = new OfModel(metrics.group().addGroup("version", modelVersion), window);
            models.put(modelVersion, shown);
        }
        shown.show(window);
    }

    private static final class OfModel {
        private final MetricGroup group;
        private final Map<String, ClassAccuracy> classes = new HashMap<>();
        private volatile AccuracyMetrics last;

        OfModel(MetricGroup group, AccuracyMetrics first) {
            this.group = group;
            this.last = first;
            gauge("accuracy_ratio", () -> last.accuracy());
            gauge("expected_accuracy_ratio", () -> last.expectedAccuracy());
            gauge("label_coverage_ratio", () -> last.labelCoverage());
            gauge("window_labelled_tags", () -> (double) last.support());
        }

        private void gauge(String name, Gauge<Double> gauge) {
            group.gauge(name, gauge);
        }

        void show(AccuracyMetrics window) {
            last = window;
            synchronized (classes) {
                // A class of which this window has no labels is not as it was before.
                classes.replaceAll((label, before) -> NONE);
                window.classes().forEach(accuracy -> show(accuracy));
            }
        }

        private void show(ClassAccuracy accuracy) {
            String label = accuracy.label();
            boolean isNew = !classes.containsKey(label);
            if (isNew && classes.size() >= MAX_CLASSES) {
                return;
            }
            classes.put(label, accuracy);
            if (isNew) {
                MetricGroup ofClass = group.addGroup("label", label);
                Gauge<Double> recall =
                        () -> of(label).support() == 0 ? Double.NaN : of(label).recall();
                Gauge<Double> support = () -> (double) of(label).support();
                ofClass.gauge("class_accuracy_ratio", recall);
                ofClass.gauge("class_window_labelled_tags", support);
            }
        }

        private ClassAccuracy of(String label) {
            synchronized (classes) {
                return classes.getOrDefault(label, NONE);
            }
        }
    }
}
