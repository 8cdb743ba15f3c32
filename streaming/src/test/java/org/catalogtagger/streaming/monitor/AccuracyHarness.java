package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/**
 * The operators from tags and labels to windows, one behind the other, each in some subtasks, with a clock and a
 * watermark of their own, and checkpoints that they can be restored from in other numbers.
 */
final class AccuracyHarness implements AutoCloseable {
    /** Of the events. */
    static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);

    private static final int MAX_PARALLELISM = 16;

    private final Settings settings;
    private final List<WindowAccuracy> emitted = new ArrayList<>();
    private List<Subtask> subtasks = List.of();
    private Checkpoint last = new Checkpoint(List.of(), 0);
    private long clock = 1_000_000;

    /** What a window is about, its revision aside. */
    record SeriesWindow(Window window, String modelVersion, String segment) {
        static SeriesWindow of(WindowAccuracy window) {
            return new SeriesWindow(window.window(), window.modelVersion(), window.segment());
        }
    }

    /** What the operators are to do, and where their state is; on the heap if nothing is said. */
    record Settings(
            AccuracyWindows windows,
            Duration waitForLabels,
            Duration lateness,
            CorrectionPace pace,
            Optional<StateBackend> backend) {
        static final CorrectionPace PROMPT = new CorrectionPace(0, 0, 1 << 30);
    }

    private record Checkpoint(List<List<OperatorSubtaskState>> byStage, int emitted) {}

    /** One of each operator. */
    private static final class Subtask {
        private final KeyedTwoInputStreamOperatorTestHarness<String, ProductTag, ProductLabel, AccuracyChange> join;
        private final OneInputStreamOperatorTestHarness<AccuracyChange, PaneCounts> count;
        private final KeyedOneInputStreamOperatorTestHarness<String, PaneCounts, PaneCounts> limit;
        private final OneInputStreamOperatorTestHarness<PaneCounts, PaneCounts> merge;
        private final KeyedOneInputStreamOperatorTestHarness<Series, PaneCounts, WindowAccuracy> close;
        private final CloseWindows closeWindows;

        Subtask(Settings settings, int subtask, int parallelism) throws Exception {
            AccuracyWindows windows = settings.windows;
            closeWindows = new CloseWindows(windows, OUT_OF_ORDERNESS, settings.lateness, settings.pace);
            join = new KeyedTwoInputStreamOperatorTestHarness<>(
                    new KeyedCoProcessOperator<>(new JoinLabels(settings.waitForLabels)),
                    ProductTag::productId,
                    ProductLabel::productId,
                    Types.STRING,
                    MAX_PARALLELISM,
                    parallelism,
                    subtask);
            count = new OneInputStreamOperatorTestHarness<>(
                    new CountPanes(windows), MAX_PARALLELISM, parallelism, subtask);
            limit = new KeyedOneInputStreamOperatorTestHarness<>(
                    new KeyedProcessOperator<>(new LimitSegments(windows, settings.lateness)),
                    pane -> pane.series().modelVersion(),
                    Types.STRING,
                    MAX_PARALLELISM,
                    parallelism,
                    subtask);
            merge = new OneInputStreamOperatorTestHarness<>(
                    new MergePanes(windows), MAX_PARALLELISM, parallelism, subtask);
            close = new KeyedOneInputStreamOperatorTestHarness<>(
                    new KeyedProcessOperator<>(closeWindows),
                    PaneCounts::series,
                    TypeInformation.of(Series.class),
                    MAX_PARALLELISM,
                    parallelism,
                    subtask);
            settings.backend.ifPresent(backend -> stages().forEach(stage -> stage.setStateBackend(backend)));
        }

        List<AbstractStreamOperatorTestHarness<?>> stages() {
            return List.of(join, count, limit, merge, close);
        }
    }

    AccuracyHarness(Settings settings, int parallelism) throws Exception {
        this.settings = settings;
        start(parallelism);
    }

    AccuracyHarness(AccuracyWindows windows, Duration waitForLabels, Duration lateness) throws Exception {
        this(new Settings(windows, waitForLabels, lateness, Settings.PROMPT, Optional.empty()), 1);
    }

    private void start(int parallelism) throws Exception {
        List<Subtask> started = new ArrayList<>();
        for (int i = 0; i < parallelism; i++) {
            Subtask subtask = new Subtask(settings, i, parallelism);
            for (int stage = 0; stage < last.byStage.size(); stage++) {
                List<OperatorSubtaskState> states = last.byStage.get(stage);
                OperatorSubtaskState all =
                        AbstractStreamOperatorTestHarness.repackageState(states.toArray(OperatorSubtaskState[]::new));
                subtask.stages()
                        .get(stage)
                        .initializeState(AbstractStreamOperatorTestHarness.repartitionOperatorState(
                                all, MAX_PARALLELISM, states.size(), parallelism, i));
            }
            for (AbstractStreamOperatorTestHarness<?> stage : subtask.stages()) {
                stage.open();
                stage.setProcessingTime(clock);
            }
            // Labels hold no time back.
            subtask.join.processWatermark2(Watermark.MAX_WATERMARK);
            started.add(subtask);
        }
        subtasks = started;
    }

    void tag(ProductTag tag) throws Exception {
        of(tag.productId())
                .join
                .processElement1(new StreamRecord<>(tag, tag.outcome().eventTime()));
    }

    void label(ProductLabel label) throws Exception {
        of(label.productId()).join.processElement2(new StreamRecord<>(label));
    }

    void watermark(long time) throws Exception {
        Watermark mark = new Watermark(time);
        for (Subtask subtask : subtasks) {
            subtask.join.processWatermark1(mark);
        }
        pump();
        for (Subtask subtask : subtasks) {
            subtask.count.processWatermark(mark);
        }
        pump();
        for (Subtask subtask : subtasks) {
            subtask.limit.processWatermark(mark);
        }
        pump();
        for (Subtask subtask : subtasks) {
            subtask.merge.processWatermark(mark);
        }
        pump();
        for (Subtask subtask : subtasks) {
            subtask.close.processWatermark(mark);
        }
        pump();
    }

    void passTime(long millis) throws Exception {
        clock += millis;
        for (int stage = 0; stage < 5; stage++) {
            for (Subtask subtask : subtasks) {
                subtask.stages().get(stage).setProcessingTime(clock);
            }
            pump();
        }
    }

    long clock() {
        return clock;
    }

    void checkpointBarrier() throws Exception {
        for (int stage = 0; stage < 5; stage++) {
            pump();
            for (Subtask subtask : subtasks) {
                subtask.stages().get(stage).prepareSnapshotPreBarrier(1);
            }
        }
        pump();
    }

    /** Takes a checkpoint. */
    void checkpoint() throws Exception {
        checkpointBarrier();
        List<List<OperatorSubtaskState>> byStage = new ArrayList<>();
        for (int stage = 0; stage < 5; stage++) {
            List<OperatorSubtaskState> states = new ArrayList<>();
            for (Subtask subtask : subtasks) {
                states.add(subtask.stages().get(stage).snapshot(1, clock));
            }
            byStage.add(states);
        }
        last = new Checkpoint(byStage, emitted.size());
    }

    /** Forgets all that came after the last checkpoint, as readers of committed records do, and goes on from it. */
    void restart(int parallelism) throws Exception {
        close();
        emitted.subList(last.emitted, emitted.size()).clear();
        start(parallelism);
    }

    int parallelism() {
        return subtasks.size();
    }

    /** Tags that no label came for in time. */
    long neverLabelled() {
        return subtasks.stream()
                .mapToLong(subtask -> subtask.closeWindows.neverLabelled())
                .sum();
    }

    /** Tags and labels that came too late. */
    long tooLate() {
        return subtasks.stream()
                .mapToLong(subtask -> subtask.closeWindows.tooLate())
                .sum();
    }

    /** Entries of keyed state, of products and of windows. */
    int entries() {
        return subtasks.stream()
                .mapToInt(subtask -> subtask.join.numKeyedStateEntries()
                        + subtask.limit.numKeyedStateEntries()
                        + subtask.close.numKeyedStateEntries())
                .sum();
    }

    /** All windows that were emitted, in order. */
    List<WindowAccuracy> emitted() {
        return emitted;
    }

    /** The last revision of each. */
    Map<SeriesWindow, WindowAccuracy> lastRevisions() {
        Map<SeriesWindow, WindowAccuracy> revisions = new HashMap<>();
        emitted.forEach(window -> revisions.put(SeriesWindow.of(window), window));
        return revisions;
    }

    private Subtask of(Object key) {
        return subtasks.get(KeyGroupRangeAssignment.assignKeyToParallelOperator(key, MAX_PARALLELISM, subtasks.size()));
    }

    private void pump() throws Exception {
        for (Subtask subtask : subtasks) {
            for (StreamRecord<AccuracyChange> change : drain(subtask.join.getOutput(), AccuracyChange.class)) {
                subtask.count.processElement(change);
            }
        }
        for (Subtask subtask : subtasks) {
            send(drain(subtask.count.getOutput(), PaneCounts.class), PaneCounts::series, to -> to.merge);
            Queue<StreamRecord<PaneCounts>> bySegment = subtask.count.getSideOutput(CountPanes.BY_SEGMENT);
            if (bySegment != null) {
                List<StreamRecord<PaneCounts>> panes = new ArrayList<>(bySegment);
                bySegment.clear();
                send(panes, pane -> pane.series().modelVersion(), to -> to.limit);
            }
        }
        for (Subtask subtask : subtasks) {
            send(drain(subtask.limit.getOutput(), PaneCounts.class), PaneCounts::series, to -> to.merge);
        }
        for (Subtask subtask : subtasks) {
            for (StreamRecord<PaneCounts> pane : drain(subtask.merge.getOutput(), PaneCounts.class)) {
                subtask.close.processElement(pane);
            }
            drain(subtask.close.getOutput(), WindowAccuracy.class).forEach(window -> emitted.add(window.getValue()));
        }
    }

    private void send(
            List<StreamRecord<PaneCounts>> panes,
            Function<PaneCounts, Object> key,
            Function<Subtask, OneInputStreamOperatorTestHarness<PaneCounts, PaneCounts>> stage)
            throws Exception {
        for (StreamRecord<PaneCounts> pane : panes) {
            stage.apply(of(key.apply(pane.getValue()))).processElement(pane);
        }
    }

    private static <T> List<StreamRecord<T>> drain(Queue<Object> output, Class<T> type) {
        List<StreamRecord<T>> records = new ArrayList<>();
        for (Object element : output) {
            if (element instanceof StreamRecord<?> found) {
                records.add(new StreamRecord<>(
                        type.cast(found.getValue()), found.hasTimestamp() ? found.getTimestamp() : 0));
            }
        }
        output.clear();
        return records;
    }

    @Override
    public void close() throws Exception {
        for (Subtask subtask : subtasks) {
            for (AbstractStreamOperatorTestHarness<?> stage : subtask.stages()) {
                stage.close();
            }
        }
    }
}
