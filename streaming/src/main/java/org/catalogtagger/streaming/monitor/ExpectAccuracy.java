package org.catalogtagger.streaming.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.ExpectedAccuracy;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.metrics.JobMetrics;

/**
 * Says of each window what its model's test lets expect. The first input are windows, the second the tests, of which it is told when tasks that
 * classify begin with a model, also after a restart: it has no state. A window of a model that it has not been told of passes as it is.
 */
public final class ExpectAccuracy extends AbstractStreamOperator<WindowAccuracy>
        implements TwoInputStreamOperator<WindowAccuracy, ModelBaseline, WindowAccuracy>, BoundedMultiInput {
    private static final long serialVersionUID = 1;

    /** Tests are kept of so many models: those whose windows came last. */
    static final int MODELS = 20;

    /** What was expected of so many windows is kept: most corrections bring labels only, which change nothing of it. */
    private static final int WINDOWS = 5000;

    private static final int TESTS = 2;

    private final boolean waits;

    private transient Map<String, ExpectedAccuracy> tests;
    private transient Map<Known, Expectation> known;
    private transient List<StreamRecord<WindowAccuracy>> waiting;
    private transient boolean allTold;
    private transient AccuracyGauges gauges;

    /** A window and what is expected by, by their hashes. */
    private record Known(
            String modelVersion,
            String segment,
            Window window,
            long tagged,
            int byLabel,
            int familiarity,
            double confidence) {
        static Known of(WindowAccuracy window) {
            AccuracyCounts counts = window.counts();
            return new Known(
                    window.modelVersion(),
                    window.segment(),
                    window.window(),
                    counts.taggedCount(),
                    counts.tagged().hashCode(),
                    counts.familiarities().hashCode(),
                    counts.expectedCorrect());
        }
    }

    private static <K, V> Map<K, V> newestOf(int entries) {
        return new LinkedHashMap<>(entries, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > entries;
            }
        };
    }

    /**
     * One that has been told of nothing.
     *
     * @param waits whether windows wait until it is told of their model, as long as it may be: in a batch, whose inputs come in any order
     */
    public ExpectAccuracy(boolean waits) {
        this.waits = waits;
    }

    @Override
    public void open() throws Exception {
        super.open();
        tests = newestOf(MODELS);
        known = newestOf(WINDOWS);
        waiting = new ArrayList<>();
        gauges = new AccuracyGauges(new JobMetrics(getMetricGroup()));
    }

    @Override
    public void processElement1(StreamRecord<WindowAccuracy> element) {
        if (waits && !allTold && !tests.containsKey(element.getValue().modelVersion())) {
            waiting.add(element.copy(element.getValue()));
        } else {
            emit(element);
        }
    }

    @Override
    public void processElement2(StreamRecord<ModelBaseline> element) {
        ModelBaseline told = element.getValue();
        if (told.classes().stream().anyMatch(ofClass -> ofClass.support() > 0)) {
            tests.put(told.modelVersion(), new ExpectedAccuracy(told.classes(), told.wrong()));
            known.keySet().removeIf(one -> one.modelVersion().equals(told.modelVersion()));
            emitWaiting();
        }
    }

    @Override
    public void endInput(int input) {
        if (input == TESTS) {
            allTold = true;
            emitWaiting();
        }
    }

    private void emitWaiting() {
        List<StreamRecord<WindowAccuracy>> again = waiting;
        waiting = new ArrayList<>();
        again.forEach(this::processElement1);
    }

    private void emit(StreamRecord<WindowAccuracy> element) {
        WindowAccuracy window = element.getValue();
        ExpectedAccuracy test = tests.get(window.modelVersion());
        WindowAccuracy told = test == null
                ? window
                : window.expecting(known.computeIfAbsent(Known.of(window), unused -> test.of(window.counts())));
        if (told.segment().isEmpty()) {
            gauges.show(told);
        }
        output.collect(element.replace(told));
    }
}
