/** The job's metrics for Prometheus. */
@NullMarked
package org.catalogtagger.streaming.metrics;

import org.jspecify.annotations.NullMarked;
