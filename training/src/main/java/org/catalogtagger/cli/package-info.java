/** The manners that all commands share: settings files, progress, one-line errors and exit codes. */
@NullMarked
package org.catalogtagger.cli;

import org.jspecify.annotations.NullMarked;
