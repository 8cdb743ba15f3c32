package org.catalogtagger.streaming.monitor;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.metrics.JobMetrics;

/**
 * Counts where the tags are, so that not each tag but a few sums a second go on. What it emits is about all tags; the
 * same changes by segment are a side output.
 */
public final class CountPanes extends SumPanes<AccuracyChange> {
    private static final long serialVersionUID = 1;

    /** Of the tags that belong to a segment. */
    public static final OutputTag<PaneCounts> BY_SEGMENT =
            new OutputTag<>("by-segment", TypeInformation.of(PaneCounts.class));

    private static final long DELAY_MILLIS = 200;

    private final AccuracyWindows windows;
    private transient Counter labelsCounted;

    public CountPanes(AccuracyWindows windows) {
        super(windows, DELAY_MILLIS);
        this.windows = windows;
    }

    @Override
    public void open() throws Exception {
        super.open();
        labelsCounted = new JobMetrics(getMetricGroup()).counter("labels_counted_total");
    }

    @Override
    void add(AccuracyChange change, PaneSums sums) {
        TagOutcome tag = change.tag();
        if (change.kind() == AccuracyChange.Kind.LABELLED) {
            labelsCounted.inc();
        }
        long paneStart = windows.paneStart(tag.eventTime());
        sums.add(Series.ofAll(tag.modelVersion()), paneStart, change);
        if (!tag.segment().isEmpty()) {
            sums.add(new Series(tag.modelVersion(), tag.segment()), paneStart, change);
        }
    }

    @Override
    void emit(PaneCounts counts) {
        StreamRecord<PaneCounts> sum = new StreamRecord<>(counts, counts.paneStart());
        if (counts.series().isOfAll()) {
            output.collect(sum);
        } else {
            output.collect(BY_SEGMENT, sum);
        }
    }

    long labelsCounted() {
        return labelsCounted.getCount();
    }
}
