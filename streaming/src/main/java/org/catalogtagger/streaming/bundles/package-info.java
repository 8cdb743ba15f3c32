/** Model bundles wherever they lie: on this machine, or where Flink's file systems reach, from where they are fetched. */
@NullMarked
package org.catalogtagger.streaming.bundles;

import org.jspecify.annotations.NullMarked;
