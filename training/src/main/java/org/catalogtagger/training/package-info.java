/** Training a classifier: the whole run from a folder of images to a bundle, and evaluation. */
@NullMarked
package org.catalogtagger.training;

import org.jspecify.annotations.NullMarked;
