/** How right a model is on labelled images. */
@NullMarked
package org.catalogtagger.training.evaluate;

import org.jspecify.annotations.NullMarked;
