package org.catalogtagger.streaming.classify;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.metrics.JobMetrics;

/**
 * The gate: passes events that carry their image on, and those that carry a URI aside. What cannot become a tag is on its
 * way to be rejected from here; nothing is fetched for it.
 */
public final class InlineImages extends ProcessFunction<InputRecord, IncomingImage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<InputRecord> BY_URI =
            new OutputTag<>("by-uri", TypeInformation.of(InputRecord.class));

    private transient Counter timesReplaced;

    @Override
    public void open(OpenContext context) {
        timesReplaced = new JobMetrics(getRuntimeContext()).counter("event_times_replaced_total");
    }

    @Override
    public void processElement(InputRecord event, Context context, Collector<IncomingImage> out) {
        if (EventTimes.isReplaced(event)) {
            timesReplaced.inc();
        }
        try {
            String unused = event.productId();
        } catch (RejectedEventException e) {
            out.collect(IncomingImage.refused(event, e));
            return;
        }
        if (event.isUri()) {
            context.output(BY_URI, event);
        } else {
            out.collect(IncomingImage.inline(event));
        }
    }
}
