package org.catalogtagger.streaming.job;

import java.util.List;

/**
 * An image that can be classified.
 *
 * @param pixels gray levels, as the model's decoder gives them
 * @param eventTime milliseconds since 1970
 */
public record DecodedImage(String productId, byte[] pixels, List<EventHeader> headers, long eventTime) {}
