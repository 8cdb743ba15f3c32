package org.catalogtagger.streaming.job;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;
import org.catalogtagger.streaming.drift.DriftSettings;

/**
 * Feeds each model's {@link DriftMonitor} with what was counted, in the one subtask that sees all. The monitors are
 * state: a restarted job forgets neither a baseline nor an open alert.
 */
final class DetectDrift extends CoProcessFunction<PaneCounts, ModelBaseline, DriftAlert>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1;

    /** Monitors are kept for so many models: those of which counts came last. */
    private static final int MODELS = 4;

    private final DriftSettings settings;

    @SuppressWarnings("NullAway.Init") // Flink initializes state before it opens the function.
    private transient ListState<String> state;

    /** By version; the one that counts came of last is the last. */
    @SuppressWarnings("NullAway.Init")
    private transient LinkedHashMap<String, DriftMonitor> monitors;

    private transient MetricGroup metrics;
    private transient Map<String, Counter> raised;
    private transient volatile Map<String, Integer> open;

    DetectDrift(DriftSettings settings) {
        this.settings = settings;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("monitors", Types.STRING));
        monitors = new LinkedHashMap<>();
        for (String saved : state.get()) {
            DriftMonitor monitor = DriftMonitor.of(saved);
            monitors.put(monitor.modelVersion(), monitor);
        }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        List<String> all = new ArrayList<>();
        monitors.values().forEach(monitor -> all.add(monitor.state()));
        state.update(all);
    }

    @Override
    public void open(OpenContext context) {
        metrics = getRuntimeContext().getMetricGroup();
        raised = new HashMap<>();
        open = new HashMap<>();
        for (Kind kind : Kind.values()) {
            MetricGroup ofKind = metrics.addGroup("kind", name(kind));
            ofKind.gauge("openDriftAlerts", () -> open.getOrDefault(name(kind), 0));
        }
        show();
    }

    @Override
    public void processElement1(PaneCounts pane, Context context, Collector<DriftAlert> out) {
        DriftMonitor monitor = monitorOf(pane.modelVersion());
        for (DriftAlert alert : monitor.add(pane.counts(), pane.paneStart(), settings)) {
            if (alert.status() == Status.OPEN) {
                raisedOf(alert.kind()).inc();
            }
            out.collect(alert);
        }
        show();
    }

    @Override
    public void processElement2(ModelBaseline baseline, Context context, Collector<DriftAlert> out) {
        monitorOf(baseline.modelVersion()).baseline(baseline.classes(), settings);
    }

    private Counter raisedOf(Kind kind) {
        return raised.computeIfAbsent(
                name(kind), name -> metrics.addGroup("kind", name).counter("driftAlerts"));
    }

    private DriftMonitor monitorOf(String modelVersion) {
        DriftMonitor monitor = monitors.remove(modelVersion);
        if (monitor == null) {
            monitor = new DriftMonitor(modelVersion);
            if (monitors.size() == MODELS) {
                monitors.remove(monitors.keySet().iterator().next());
            }
        }
        monitors.put(modelVersion, monitor);
        return monitor;
    }

    /** In the metrics, of all models together. */
    private void show() {
        Map<String, Integer> now = new HashMap<>();
        for (Kind kind : Kind.values()) {
            now.put(
                    name(kind),
                    monitors.values().stream()
                            .mapToInt(monitor -> monitor.open(kind))
                            .sum());
        }
        open = now;
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
