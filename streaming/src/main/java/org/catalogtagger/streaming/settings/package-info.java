/** The job's settings file. */
@NullMarked
package org.catalogtagger.streaming.settings;

import org.jspecify.annotations.NullMarked;
