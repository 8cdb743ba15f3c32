/** What Flink's processes do beside their tasks: they load early what tasks need, and end when they wake as zombies. */
@NullMarked
package org.catalogtagger.streaming.process;

import org.jspecify.annotations.NullMarked;
