/** The Flink job: its assembly, and the operators that decode and classify. */
@NullMarked
package org.catalogtagger.streaming.job;

import org.jspecify.annotations.NullMarked;
