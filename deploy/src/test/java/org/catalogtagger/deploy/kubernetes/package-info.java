/** That what {@code deploy/kubernetes} renders is right, as far as can be known without a cluster. */
@NullMarked
package org.catalogtagger.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
