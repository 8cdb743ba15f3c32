package org.catalogtagger.streaming.job;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;

/** Accuracy per class in a window: counts as the tags come, and tells Flink's metrics when the window closes. */
final class AccuracyWindow {
    private AccuracyWindow() {}

    /** Counts labelled tags. */
    static final class Count implements AggregateFunction<TaggedImage, AccuracyCounts, AccuracyCounts> {
        private static final long serialVersionUID = 1;

        @Override
        public AccuracyCounts createAccumulator() {
            return AccuracyCounts.none();
        }

        @Override
        public AccuracyCounts add(TaggedImage tag, AccuracyCounts counts) {
            tag.truth().ifPresent(truth -> counts.add(truth, tag.label()));
            return counts;
        }

        @Override
        public AccuracyCounts getResult(AccuracyCounts counts) {
            return counts;
        }

        @Override
        public AccuracyCounts merge(AccuracyCounts one, AccuracyCounts other) {
            one.addAll(other);
            return one;
        }
    }

    /** Puts the window and the model's version to the counts; the metrics show the last window that closed. */
    static final class Close extends ProcessWindowFunction<AccuracyCounts, WindowAccuracy, String, TimeWindow> {
        private static final long serialVersionUID = 1;
        private static final String OVERALL = "(overall)";

        private transient Map<String, ClassAccuracy> last;

        @Override
        public void open(OpenContext context) {
            last = new HashMap<>();
        }

        @Override
        public void process(
                String modelVersion, Context context, Iterable<AccuracyCounts> counts, Collector<WindowAccuracy> out) {
            for (AccuracyCounts window : counts) {
                ClassAccuracy overall = window.overall(OVERALL);
                show(overall);
                window.perClass().forEach(this::show);
                out.collect(new WindowAccuracy(
                        context.window().getStart(),
                        context.window().getEnd(),
                        modelVersion,
                        overall.support(),
                        overall.correct(),
                        window.perClass()));
            }
        }

        private void show(ClassAccuracy accuracy) {
            String label = accuracy.label();
            if (last.put(label, accuracy) == null) {
                MetricGroup group = label.equals(OVERALL)
                        ? getRuntimeContext().getMetricGroup().addGroup("overall")
                        : getRuntimeContext().getMetricGroup().addGroup("class", label);
                group.gauge("accuracy", () -> lastOf(label).accuracy());
                group.gauge("support", () -> lastOf(label).support());
            }
        }

        private ClassAccuracy lastOf(String label) {
            return last.getOrDefault(label, new ClassAccuracy(label, 0, 0));
        }
    }
}
