/** Recipes, and the loop that fits a network by one. */
@NullMarked
package org.catalogtagger.training.fit;

import org.jspecify.annotations.NullMarked;
