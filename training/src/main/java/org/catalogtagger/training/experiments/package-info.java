/** Many runs of one plan, and what they show. */
@NullMarked
package org.catalogtagger.training.experiments;

import org.jspecify.annotations.NullMarked;
