/** What becomes of a cluster whose processes are killed and stand still, while images come. */
@NullMarked
package org.catalogtagger.deploy.chaos;

import org.jspecify.annotations.NullMarked;
