package org.catalogtagger.streaming.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of the images topic, untouched.
 *
 * @param key the product id in UTF-8, if the sender gave one
 * @param value the image's bytes, if there are any
 * @param timestamp event time, milliseconds since 1970
 */
public record ImageEvent(byte @Nullable [] key, byte @Nullable [] value, List<EventHeader> headers, long timestamp) {}
