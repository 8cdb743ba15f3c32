package org.catalogtagger.streaming.classify;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/** What the classify operator's subtasks and their {@link AuditCoordinator} say to each other of an audit of so many a day. */
sealed interface AuditEvent extends OperatorEvent {
    /**
     * From a subtask.
     *
     * @param images that it has tagged since it last said so
     * @param newest event time of one of them, milliseconds since 1970, none of which is ahead of the clock
     */
    record Traffic(long images, long newest) implements AuditEvent {}

    /** To all subtasks: what images are drawn with from now on, 0 to 1. */
    record Probability(double probability) implements AuditEvent {}
}
