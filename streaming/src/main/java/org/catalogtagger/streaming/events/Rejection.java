package org.catalogtagger.streaming.events;

/**
 * An event that gets no tag.
 *
 * @param reason a word to count by, {@code corrupt} say
 * @param detail a sentence for people, cut if it is longer than a page
 * @param at when it was rejected, milliseconds since 1970
 */
public record Rejection(ImageEvent event, String reason, String detail, long at) {
    private static final int MAX_DETAIL_CHARS = 1000;

    public Rejection {
        detail = BoundedText.shortened(detail, MAX_DETAIL_CHARS);
    }
}
