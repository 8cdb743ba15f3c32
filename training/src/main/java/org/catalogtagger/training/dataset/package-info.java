/** Labelled images in memory, and their stratified split. */
@NullMarked
package org.catalogtagger.training.dataset;

import org.jspecify.annotations.NullMarked;
