package org.catalogtagger.streaming.monitor;

import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.events.Rejection;

/** Reads labels; what cannot be read as one is rejected. */
public final class ReadLabels extends ProcessFunction<InputRecord, ProductLabel> {
    private static final long serialVersionUID = 1;

    private final EventTimes times;

    /** Labels that were given at such times. */
    public ReadLabels(EventTimes times) {
        this.times = times;
    }

    @Override
    public void processElement(InputRecord event, Context context, Collector<ProductLabel> out) {
        try {
            out.collect(ProductLabel.of(event, times, System.currentTimeMillis()));
        } catch (RejectedEventException e) {
            context.output(Rejection.OUTPUT, e.of(event));
        }
    }
}
