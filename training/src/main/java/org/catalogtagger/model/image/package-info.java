/** Image files: which they are, what of them may be decoded, and how they become the model's input. */
@NullMarked
package org.catalogtagger.model.image;

import org.jspecify.annotations.NullMarked;
