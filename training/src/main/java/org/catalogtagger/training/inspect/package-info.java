/** What is wrong with a folder of labelled images: copies, labels that contradict or are doubted, odd ones. */
@NullMarked
package org.catalogtagger.training.inspect;

import org.jspecify.annotations.NullMarked;
