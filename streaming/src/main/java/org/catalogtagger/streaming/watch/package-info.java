/** The live page: follows the job's topics and shows what they say. */
@NullMarked
package org.catalogtagger.streaming.watch;

import org.jspecify.annotations.NullMarked;
