/** The assembly of the job and the Flink it runs on. */
@NullMarked
package org.catalogtagger.streaming.job;

import org.jspecify.annotations.NullMarked;
