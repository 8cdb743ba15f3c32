package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;

/** What the page needs of a value of the tags topic. */
@JsonIgnoreProperties(ignoreUnknown = true)
record TagValue(
        String productId, String label, double confidence, String modelVersion, Instant eventTime, Instant taggedAt) {}
