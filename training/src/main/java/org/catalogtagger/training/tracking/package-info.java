/** A run's figures in the formats of programs that compare runs. */
@NullMarked
package org.catalogtagger.training.tracking;

import org.jspecify.annotations.NullMarked;
