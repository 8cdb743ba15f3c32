/** Two models on the same images: which tags would change, and whether the change is for the better. */
@NullMarked
package org.catalogtagger.training.compare;

import org.jspecify.annotations.NullMarked;
