/** Sends images as events. */
@NullMarked
package org.catalogtagger.streaming.publish;

import org.jspecify.annotations.NullMarked;
