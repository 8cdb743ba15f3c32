/** Benchmarks of the job, {@code deploy/bin/bench stream-*}. */
package org.catalogtagger.streaming.bench;
