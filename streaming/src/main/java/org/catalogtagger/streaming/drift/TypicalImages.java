package org.catalogtagger.streaming.drift;

import java.util.List;
import org.catalogtagger.streaming.accuracy.TagExample;

/**
 * Images that show what has changed, with their truth as it was when they came, {@value ImageShelves#SHOWN} at most each.
 *
 * @param before the change, as they were usual; the newest first
 * @param after it, those that make it, or some of all where all tags do (confidence, brightness, expected accuracy); the newest first
 */
public record TypicalImages(List<TagExample> before, List<TagExample> after) {
    /** No images. */
    public static final TypicalImages NONE = new TypicalImages(List.of(), List.of());
}
