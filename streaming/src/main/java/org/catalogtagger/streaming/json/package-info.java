/** The job's results as JSON, the same in Kafka's topics and in files. */
@NullMarked
package org.catalogtagger.streaming.json;

import org.jspecify.annotations.NullMarked;
