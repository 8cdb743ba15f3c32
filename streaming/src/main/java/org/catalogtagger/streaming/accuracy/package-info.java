/** Accuracy per class, as plain arithmetic: knows neither Flink's runtime nor Kafka nor DJL. */
@NullMarked
package org.catalogtagger.streaming.accuracy;

import org.jspecify.annotations.NullMarked;
