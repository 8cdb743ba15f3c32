/** Processes that stand still, and wake when others have taken their place: zombies. */
@NullMarked
package org.catalogtagger.streaming.standstill;

import org.jspecify.annotations.NullMarked;
