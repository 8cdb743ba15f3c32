/** Fetches the images of events that carry a URI: what is allowed, from where, and how long it may take. */
@NullMarked
package org.catalogtagger.streaming.fetch;

import org.jspecify.annotations.NullMarked;
