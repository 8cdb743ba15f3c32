/** When the accuracy of tags, or what is tagged, changes: plain Java that knows neither Flink nor Kafka. */
@NullMarked
package org.catalogtagger.streaming.drift;

import org.jspecify.annotations.NullMarked;
