/** The contracts of the topics: how events are read, and how tags, rejections and accuracy are written. */
@NullMarked
package org.catalogtagger.streaming.kafka;

import org.jspecify.annotations.NullMarked;
