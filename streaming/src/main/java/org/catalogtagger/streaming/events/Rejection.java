package org.catalogtagger.streaming.events;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * A record that cannot be used: an event that gets no tag, a label or a release that cannot be read.
 *
 * @param reason a word to count by, {@code corrupt} say
 * @param detail a sentence for people, cut if it is longer than a page
 * @param at when it was rejected, milliseconds since 1970
 */
public record Rejection(InputRecord event, String reason, String detail, long at) {
    /** The side output by which every operator emits them. */
    public static final OutputTag<Rejection> OUTPUT = new OutputTag<>("rejected", TypeInformation.of(Rejection.class));

    private static final int MAX_DETAIL_CHARS = 1000;

    public Rejection {
        detail = BoundedText.shortened(detail, MAX_DETAIL_CHARS);
    }
}
