/** One job per consumer group: who it is, how a second is refused, and why the first cannot write any more once it is replaced. */
@NullMarked
package org.catalogtagger.streaming.lease;

import org.jspecify.annotations.NullMarked;
