package org.catalogtagger.streaming.events;

/**
 * An event that gets no tag.
 *
 * @param reason a word to count by, {@code corrupt} say
 * @param detail a sentence for people
 * @param at when it was rejected, milliseconds since 1970
 */
public record Rejection(ImageEvent event, String reason, String detail, long at) {}
