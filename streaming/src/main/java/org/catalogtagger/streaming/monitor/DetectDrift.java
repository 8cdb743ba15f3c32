package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.types.Either;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftMonitor;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.metrics.JobMetrics;

/**
 * Feeds each model's {@link DriftMonitor} with what was counted, in the one subtask that sees all, and with what somebody accepts. The monitors are
 * state: a restarted job forgets neither a baseline nor an open alert.
 */
public final class DetectDrift extends CoProcessFunction<PaneCounts, Either<ModelBaseline, DriftAcceptance>, DriftAlert>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1;

    /** What each model is compared with, and how soon falls would be found: again when that has changed. */
    public static final OutputTag<WatchedModel> WATCHED =
            new OutputTag<>("watched", TypeInformation.of(WatchedModel.class));

    /** Monitors are kept for so many models: those of which counts came last. */
    private static final int MODELS = 4;

    /**
     * A model is replaced when so many tags of others, and so much time, have come since its last: two subtasks do not
     * switch at once.
     */
    private static final long REPLACED_AFTER_TAGS = 1000;

    private static final long REPLACED_AFTER_MILLIS = 60_000;

    private final DriftSettings settings;

    @SuppressWarnings("NullAway.Init") // Flink initializes state before it opens the function.
    private transient ListState<String> state;

    /** By version; the one that counts came of last is the last. */
    @SuppressWarnings("NullAway.Init")
    private transient LinkedHashMap<String, DriftMonitor> monitors;

    private transient Map<String, Silence> silences;
    private transient Map<String, Watching> watched;
    private transient DriftGauges gauges;

    /** Since a model's last tag. */
    private static final class Silence {
        private final long sinceMillis;
        private long tagsOfOthers;

        Silence(long sinceMillis) {
            this.sinceMillis = sinceMillis;
        }
    }

    /**
     * A model whose test is known. How soon falls are found changes with what is known of classes, so that it is told again whenever there are
     * a tenth more labels, or another alert; not so often that it takes more than a twentieth of the time, which of thousands of classes it might.
     */
    private static final class Watching {
        private static final long LEAST_MORE = 200;
        private static final long PART_OF_TIME = 20;

        private final ModelBaseline baseline;
        private long labels;
        private long toldAt;
        private boolean isOther;
        private long notBefore = Long.MIN_VALUE;

        Watching(ModelBaseline baseline) {
            this.baseline = baseline;
        }

        boolean isDue(long now) {
            return now >= notBefore && (isOther || labels >= toldAt + Math.max(LEAST_MORE, toldAt / 10));
        }
    }

    public DetectDrift(DriftSettings settings) {
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
        silences = new HashMap<>();
        watched = new HashMap<>();
        gauges = new DriftGauges(new JobMetrics(getRuntimeContext()));
        show();
    }

    @Override
    public void processElement1(PaneCounts pane, Context context, Collector<DriftAlert> out) {
        String modelVersion = pane.series().modelVersion();
        if (!pane.series().isOfAll()) {
            DriftMonitor ofModel = monitors.get(modelVersion);
            if (ofModel != null) {
                ofModel.see(pane.series().segment(), pane.counts(), pane.paneStart());
            }
            return;
        }
        long tags = pane.counts().taggedCount();
        if (tags == 0 && !monitors.containsKey(modelVersion)) {
            // Late labels of a model that was replaced.
            return;
        }
        boolean isNew = !monitors.containsKey(modelVersion);
        DriftMonitor monitor = monitorOf(modelVersion, out);
        monitor.see(pane.examples());
        List<DriftAlert> alerts = monitor.add(pane.counts(), pane.paneStart(), settings);
        alerts.forEach(alert -> emit(alert, out));
        boolean isReplaced = tags != 0
                && closeReplaced(modelVersion, tags, context.timerService().currentProcessingTime(), out);
        Watching watching = watched.get(modelVersion);
        if (watching != null) {
            watching.labels += pane.counts().labelledCount();
            watching.isOther |= alerts.stream().anyMatch(alert -> alert.kind() == Kind.ACCURACY);
            tellIfDue(watching, context);
        }
        // To look through all classes for each pane would cost more than to watch them.
        if (isNew || isReplaced || !alerts.isEmpty()) {
            show();
        }
    }

    private void emit(DriftAlert alert, Collector<DriftAlert> out) {
        if (alert.status() == Status.OPEN) {
            gauges.raised(alert.kind());
        }
        out.collect(alert);
    }

    /** Whether a model was replaced. */
    private boolean closeReplaced(String modelVersion, long tags, long now, Collector<DriftAlert> out) {
        silences.put(modelVersion, new Silence(now));
        boolean isAny = false;
        Iterator<DriftMonitor> all = monitors.values().iterator();
        while (all.hasNext()) {
            DriftMonitor other = all.next();
            Silence silence = silences.computeIfAbsent(other.modelVersion(), v -> new Silence(now));
            if (other.modelVersion().equals(modelVersion)) {
                continue;
            }
            silence.tagsOfOthers += tags;
            if (silence.tagsOfOthers >= REPLACED_AFTER_TAGS && now - silence.sinceMillis >= REPLACED_AFTER_MILLIS) {
                other.replaced().forEach(out::collect);
                silences.remove(other.modelVersion());
                watched.remove(other.modelVersion());
                all.remove();
                isAny = true;
            }
        }
        return isAny;
    }

    @Override
    public void processElement2(
            Either<ModelBaseline, DriftAcceptance> told, Context context, Collector<DriftAlert> out) {
        if (told.isLeft()) {
            take(told.left(), context, out);
        } else {
            accept(told.right(), context, out);
        }
    }

    private void take(ModelBaseline baseline, Context context, Collector<DriftAlert> out) {
        Map<String, Map<String, Long>> wrong = new HashMap<>();
        baseline.wrong().forEach((truth, row) -> wrong.put(truth, row.labels()));
        monitorOf(baseline.modelVersion(), out)
                .baseline(baseline.classes(), wrong, baseline.brightness(), baseline.calibration())
                .forEach(alert -> emit(alert, out));
        // Each subtask of the models tells of them.
        if (!watched.containsKey(baseline.modelVersion())) {
            Watching watching = new Watching(baseline);
            watching.isOther = true;
            watched.put(baseline.modelVersion(), watching);
            tellIfDue(watching, context);
        }
        show();
    }

    /** Of an alert that is not open, or not any more, nothing is to be done: acceptances are read again by a job that starts from scratch. */
    private void accept(DriftAcceptance acceptance, Context context, Collector<DriftAlert> out) {
        DriftMonitor monitor = monitors.get(acceptance.modelVersion());
        List<DriftAlert> closed = monitor == null
                ? List.of()
                : monitor.accept(acceptance.kind(), acceptance.label(), acceptance.since(), settings);
        closed.forEach(out::collect);
        if (!closed.isEmpty()) {
            Watching watching = watched.get(acceptance.modelVersion());
            if (watching != null) {
                watching.isOther = true;
                tellIfDue(watching, context);
            }
            show();
        }
    }

    private void tellIfDue(Watching watching, Context context) {
        DriftMonitor monitor = monitors.get(watching.baseline.modelVersion());
        long now = context.timerService().currentProcessingTime();
        if (monitor == null || !watching.isDue(now)) {
            return;
        }
        long begin = System.nanoTime();
        context.output(WATCHED, WatchedModel.of(watching.baseline, monitor.detectionDelays(settings)));
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        watching.toldAt = watching.labels;
        watching.isOther = false;
        watching.notBefore = now + Watching.PART_OF_TIME * took;
    }

    private DriftMonitor monitorOf(String modelVersion, Collector<DriftAlert> out) {
        DriftMonitor monitor = monitors.remove(modelVersion);
        if (monitor == null) {
            monitor = new DriftMonitor(modelVersion);
            if (monitors.size() == MODELS) {
                Iterator<DriftMonitor> longestSilent = monitors.values().iterator();
                DriftMonitor forgotten = longestSilent.next();
                forgotten.replaced().forEach(out::collect);
                longestSilent.remove();
                watched.remove(forgotten.modelVersion());
            }
        }
        monitors.put(modelVersion, monitor);
        return monitor;
    }

    private void show() {
        gauges.show(monitors.values().stream()
                .flatMap(monitor -> monitor.open().stream())
                .toList());
    }
}
