package org.catalogtagger.streaming.classify;

import java.util.Optional;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.catalogtagger.streaming.events.ModelRelease.Role;

/** What the classify operator's subtasks and their {@link ReleaseCoordinator} say to each other of releases. */
sealed interface ReleaseEvent extends OperatorEvent {
    /** From a subtask. */
    sealed interface Report extends ReleaseEvent {}

    /** To all subtasks, the same one to each. */
    sealed interface Decision extends ReleaseEvent {}

    /**
     * Whether a subtask can use a release.
     *
     * @param release its number, the same in all subtasks
     * @param modelVersion that the subtask has ready; empty if it refuses, or the release withdraws a model
     * @param refusal why it cannot; empty if it can
     */
    record Vote(long release, String modelVersion, String refusal) implements Report {
        Optional<String> refused() {
            return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
        }
    }

    /** A model that was in use before the job's restart cannot be loaded any more by a subtask. */
    record Lost(Role role, String why) implements Report {}

    /** Use it now. */
    record Commit(long release) implements Decision {}

    /** Go on without it. */
    record Abort(long release, String why) implements Decision {}

    /** Use the model of the settings, or as a shadow none. */
    record FallBack(Role role, String why) implements Decision {}
}
