package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.metrics.JobMetrics;
import org.junit.jupiter.api.Test;

/** What Flink's metrics are while windows close. */
class AccuracyGaugesTest {
    private final Map<String, Metric> metrics = new ConcurrentHashMap<>();
    private final MetricRegistry registry = TestingMetricRegistry.builder()
            .setRegisterConsumer((metric, name, group) -> metrics.put(name(name, group), metric))
            .setUnregisterConsumer((metric, name, group) -> metrics.remove(name(name, group)))
            .build();
    private final AccuracyGauges gauges =
            new AccuracyGauges(new JobMetrics(new GenericMetricGroup(registry, null, "task")));

    @Test
    void withoutLabelsThereIsNoAccuracy() {
        gauges.show(window("v1", 100, 0, 3, 0));
        assertThat(value("v1", "accuracy_ratio")).isNaN();
        assertThat(value("v1", "label_coverage_ratio")).isZero();
    }

    @Test
    void theNewestRevisionOfTheWindowThatClosedLastIsShown() {
        gauges.show(window("v1", 200, 0, 4, 0));
        gauges.show(window("v1", 200, 1, 4, 2));
        assertThat(value("v1", "label_coverage_ratio")).isEqualTo(0.5);
        assertThat(value("v1", "accuracy_ratio")).isEqualTo(1);
        gauges.show(window("v1", 100, 5, 4, 4));
        assertThat(value("v1", "label_coverage_ratio")).as("an older window").isEqualTo(0.5);
    }

    @Test
    void ofManyModelsThoseAreShownWhoseWindowsClosedLast() {
        for (int model = 0; model < 3 * AccuracyGauges.MAX_MODELS; model++) {
            gauges.show(window("v" + model, 100L * (model + 1), 0, 2, 2));
        }
        assertThat(metrics.keySet())
                .filteredOn(name -> name.endsWith(".accuracy_ratio"))
                .hasSize(AccuracyGauges.MAX_MODELS);
        assertThat(value("v" + (3 * AccuracyGauges.MAX_MODELS - 1), "accuracy_ratio"))
                .isEqualTo(1);
        assertThat(metrics.keySet()).noneMatch(name -> name.contains(".v0."));

        gauges.show(window("v0", 50, 1, 2, 1));
        assertThat(metrics.keySet()).as("a late label of a model of long ago").noneMatch(name -> name.contains(".v0."));
        gauges.show(window("v0", 100_000, 0, 2, 2));
        assertThat(value("v0", "accuracy_ratio")).isEqualTo(1);
    }

    private static String name(String metric, AbstractMetricGroup<?> group) {
        return String.join(".", group.getScopeComponents()) + "." + metric;
    }

    private double value(String model, String metric) {
        Metric found = metrics.get("task.catalog_tagger.version." + model + "." + metric);
        assertThat(found)
                .as("%s of %s, among %s", metric, model, metrics.keySet())
                .isInstanceOf(Gauge.class);
        return found instanceof Gauge<?> gauge && gauge.getValue() instanceof Number number ? number.doubleValue() : -1;
    }

    private static WindowAccuracy window(String model, long end, int revision, int tags, int labels) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            TagOutcome tag = new TagOutcome(model, "", end - 1, 0.9f, List.of("Ties"), 0.8f, 200, false);
            counter.countTagged(tag);
            if (i < labels) {
                counter.countLabelled(tag, "Ties", SampledTags.NOT_DECLARED, 0, 1);
            }
        }
        return WindowAccuracy.of(new Window(end - 100, end), revision, model, "", counter.counts());
    }
}
