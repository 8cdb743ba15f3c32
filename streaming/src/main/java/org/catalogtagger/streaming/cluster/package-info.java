/** A cluster of processes on this machine: brokers, ZooKeeper, Flink. */
@NullMarked
package org.catalogtagger.streaming.cluster;

import org.jspecify.annotations.NullMarked;
