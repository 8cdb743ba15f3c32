/** The job over files: images that are listed before it starts, and results as JSON Lines. */
@NullMarked
package org.catalogtagger.streaming.files;

import org.jspecify.annotations.NullMarked;
