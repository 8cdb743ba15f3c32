package org.catalogtagger.streaming.monitor;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags.Weights;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.metrics.JobMetrics;

/** Shows each model's window that closed last, by its newest revision, in Flink's metrics: overall and per class. */
final class AccuracyGauges {
    private static final ClassAccuracy NONE = new ClassAccuracy("", 0, 0, 0);

    /** So many models are shown: those whose windows closed last. */
    static final int MAX_MODELS = 20;

    /** Flink forgets the metric of a class with its model only: so many are shown. */
    private static final int MAX_CLASSES = 2000;

    private final JobMetrics metrics;
    private final Map<String, OfModel> models = new HashMap<>();

    AccuracyGauges(JobMetrics metrics) {
        this.metrics = metrics;
    }

    void show(WindowAccuracy window) {
        OfModel shown = models.get(window.modelVersion());
        if (shown == null) {
            if (models.size() >= MAX_MODELS && !makeRoom(window.window().end())) {
                return;
            }
            shown = new OfModel(metrics.group().addGroup("version", window.modelVersion()), window);
            models.put(window.modelVersion(), shown);
        }
        if (window.window().end() >= shown.end) {
            shown.show(window);
        }
    }

    /** Gives up the model whose last window is the oldest, unless the new one is older yet. */
    private boolean makeRoom(long end) {
        Map.Entry<String, OfModel> oldest = models.entrySet().stream()
                .min(Comparator.comparingLong(model -> model.getValue().end))
                .orElseThrow();
        if (oldest.getValue().end > end) {
            return false;
        }
        models.remove(oldest.getKey());
        oldest.getValue().close();
        return true;
    }

    private static final class OfModel {
        private final MetricGroup group;
        private final Map<String, ClassAccuracy> classes = new HashMap<>();
        private volatile AccuracyMetrics last;
        private volatile double expected;
        private long end = Long.MIN_VALUE;

        OfModel(MetricGroup group, WindowAccuracy first) {
            this.group = group;
            this.last = first.metrics();
            this.expected = first.expected().accuracy();
            gauge("accuracy_ratio", window -> window.support() == 0 ? Double.NaN : window.accuracy());
            gauge("sampled_accuracy_ratio", window -> {
                Weights sampled = window.counts().sampled().all();
                return sampled.tags() == 0 ? Double.NaN : sampled.accuracy();
            });
            gauge("expected_accuracy_ratio", window -> expected);
            gauge("label_coverage_ratio", AccuracyMetrics::labelCoverage);
            gauge("window_labelled_tags", AccuracyMetrics::support);
        }

        private void gauge(String name, ToDoubleFunction<AccuracyMetrics> value) {
            group.gauge(name, () -> value.applyAsDouble(last));
        }

        void show(WindowAccuracy window) {
            AccuracyMetrics metrics = window.metrics();
            end = window.window().end();
            last = metrics;
            expected = window.expected().accuracy();
            synchronized (classes) {
                // A class of which this window has no labels is not as it was before.
                classes.replaceAll((label, before) -> NONE);
                metrics.classes().forEach(this::show);
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
                ofClass.gauge(
                        "class_accuracy_ratio",
                        () -> of(label).support() == 0 ? Double.NaN : of(label).recall());
                ofClass.gauge(
                        "class_window_labelled_tags", () -> (double) of(label).support());
            }
        }

        private ClassAccuracy of(String label) {
            synchronized (classes) {
                return classes.getOrDefault(label, NONE);
            }
        }

        /** Flink's public interface has no way to give a metric up; its groups have. */
        void close() {
            if (group instanceof AbstractMetricGroup<?> closeable) {
                closeable.close();
            }
        }
    }
}
