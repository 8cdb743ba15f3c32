/** A job under a steady load for long: whether anything of it grows. */
@NullMarked
package org.catalogtagger.deploy.soak;

import org.jspecify.annotations.NullMarked;
