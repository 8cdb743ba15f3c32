/** What the benchmarks share. */
@NullMarked
package org.catalogtagger.bench;

import org.jspecify.annotations.NullMarked;
