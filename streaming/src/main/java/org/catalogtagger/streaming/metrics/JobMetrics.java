package org.catalogtagger.streaming.metrics;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of one subtask, named as Prometheus has it (https://prometheus.io/docs/practices/naming): words with
 * underscores between them, base units, {@code _total} for what only grows. All are in the group {@code catalog_tagger}.
 *
 * <p>Labels come from outside, and Flink forgets no metric before its job ends: of each kind, so many are told apart.
 */
public final class JobMetrics {
    /** Of all of them. */
    public static final String GROUP = "catalog_tagger";

    private static final int MAX_VALUES = 2000;
    private static final String OTHERS = "(other)";

    private final MetricGroup group;
    private final Map<String, Map<String, Counter>> counters = new HashMap<>();

    /** Of the subtask of a function. */
    public JobMetrics(RuntimeContext context) {
        this(context.getMetricGroup());
    }

    /** Of the subtask of an operator. */
    public JobMetrics(MetricGroup ofSubtask) {
        this.group = ofSubtask.addGroup(GROUP);
    }

    /** For metrics of other kinds. */
    public MetricGroup group() {
        return group;
    }

    /** A counter; its name ends in {@code _total}. */
    public Counter counter(String name) {
        return group.counter(name);
    }

    /** The counter of what has this value under a label, {@code reason="corrupt"} say. */
    public Counter counter(String name, String label, String value) {
        Map<String, Counter> byValue = counters.computeIfAbsent(name, n -> new HashMap<>());
        Counter counter = byValue.get(value);
        if (counter == null) {
            String told = byValue.size() < MAX_VALUES ? value : OTHERS;
            counter =
                    byValue.computeIfAbsent(told, v -> group.addGroup(label, v).counter(name));
        }
        return counter;
    }
}
