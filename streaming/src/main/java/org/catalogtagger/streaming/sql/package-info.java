/** The model in Flink SQL: {@code CREATE MODEL … WITH ('provider' = 'djl')} and {@code ML_PREDICT}. */
@NullMarked
package org.catalogtagger.streaming.sql;

import org.jspecify.annotations.NullMarked;
