/** The records that the rooms of the job share: image events, tags, labels, rejections, releases. */
@NullMarked
package org.catalogtagger.streaming.events;

import org.jspecify.annotations.NullMarked;
