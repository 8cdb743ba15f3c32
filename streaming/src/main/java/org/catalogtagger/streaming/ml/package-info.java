/** The model as Flink ML stages, for those who compose pipelines over tables. */
@NullMarked
package org.catalogtagger.streaming.ml;

import org.jspecify.annotations.NullMarked;
