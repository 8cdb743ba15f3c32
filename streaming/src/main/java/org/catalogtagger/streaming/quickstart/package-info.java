/** The whole story on one machine: the one place here that trains. */
@NullMarked
package org.catalogtagger.streaming.quickstart;

import org.jspecify.annotations.NullMarked;
