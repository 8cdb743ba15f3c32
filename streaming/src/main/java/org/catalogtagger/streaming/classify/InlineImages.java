package org.catalogtagger.streaming.classify;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.catalogtagger.streaming.events.ImageEvent;

/** Passes events that carry their image on, and those that carry a URI aside. */
public final class InlineImages extends ProcessFunction<ImageEvent, IncomingImage> {
    private static final long serialVersionUID = 1;

    public static final OutputTag<ImageEvent> BY_URI = new OutputTag<>("by-uri", TypeInformation.of(ImageEvent.class));

    @Override
    public void processElement(ImageEvent event, Context context, Collector<IncomingImage> out) {
        if (event.isUri()) {
            context.output(BY_URI, event);
        } else {
            out.collect(IncomingImage.inline(event));
        }
    }
}
