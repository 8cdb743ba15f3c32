/** The operators from an event to its tag: fetch, decode, gather, classify, and the models released to them. */
@NullMarked
package org.catalogtagger.streaming.classify;

import org.jspecify.annotations.NullMarked;
