package org.catalogtagger.streaming.watch;

import java.time.Instant;

/** What the page needs of a value of the tags topic. */
record TagValue(
        String productId, String label, double confidence, String modelVersion, Instant eventTime, Instant taggedAt) {}
