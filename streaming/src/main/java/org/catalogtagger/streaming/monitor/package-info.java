/** The operators from a tag to an alert: join labels, count, close windows, detect drift. */
@NullMarked
package org.catalogtagger.streaming.monitor;

import org.jspecify.annotations.NullMarked;
