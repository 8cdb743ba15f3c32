package org.catalogtagger.streaming.monitor;

import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.events.Rejection;

/** Reads acceptances of drift alerts; what cannot be read as one is rejected. */
public final class ReadAcceptances extends ProcessFunction<InputRecord, DriftAcceptance> {
    private static final long serialVersionUID = 1;

    private final EventTimes times;

    /** Acceptances of such times. */
    public ReadAcceptances(EventTimes times) {
        this.times = times;
    }

    @Override
    public void processElement(InputRecord event, Context context, Collector<DriftAcceptance> out) {
        try {
            out.collect(DriftAcceptance.of(event, times, System.currentTimeMillis()));
        } catch (RejectedEventException e) {
            context.output(Rejection.OUTPUT, e.of(event));
        }
    }
}
