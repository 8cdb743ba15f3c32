/** What a run found out, as a page, charts and JSON. */
@NullMarked
package org.catalogtagger.training.report;

import org.jspecify.annotations.NullMarked;
