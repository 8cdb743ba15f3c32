package org.catalogtagger.streaming.classify;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.events.BoundedText;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.RejectedEventException;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.ReleaseOutcome;

/**
 * Reads releases. What cannot be read as one is rejected; if it says for which role it was meant, that is on record among
 * the outcomes too, once, for it came to no subtask.
 */
public final class ReadReleases extends ProcessFunction<InputRecord, ModelRelease> {
    private static final long serialVersionUID = 1;
    private static final int SHOWN_CHARS = 200;

    private final EventTimes times;

    public ReadReleases(EventTimes times) {
        this.times = times;
    }

    @Override
    public void processElement(InputRecord event, Context context, Collector<ModelRelease> out) {
        long now = System.currentTimeMillis();
        try {
            out.collect(ModelRelease.of(event, times, now));
        } catch (RejectedEventException e) {
            context.output(Rejection.OUTPUT, e.of(event));
            ModelRelease.Role.of(event.key())
                    .ifPresent(role -> context.output(ClassifyOperator.RELEASES, refused(role, event, e, now)));
        }
    }

    private static ReleaseOutcome refused(
            ModelRelease.Role role, InputRecord event, RejectedEventException why, long now) {
        String value = Optional.ofNullable(event.value())
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        ModelRelease release = new ModelRelease(role, BoundedText.shortened(value, SHOWN_CHARS), "", event.timestamp());
        return new ReleaseOutcome(release, "", false, String.valueOf(why.getMessage()), 0, 1, now);
    }
}
