/** The model as files: description, weights, evaluation, checksums. */
@NullMarked
package org.catalogtagger.model.bundle;

import org.jspecify.annotations.NullMarked;
