/** A small drawn catalogue, for the quickstart without images of its own, and for tests. */
@NullMarked
package org.catalogtagger.training.sample;

import org.jspecify.annotations.NullMarked;
