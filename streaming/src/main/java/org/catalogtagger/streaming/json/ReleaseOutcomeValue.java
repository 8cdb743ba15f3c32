package org.catalogtagger.streaming.json;

import java.time.Instant;
import org.catalogtagger.streaming.events.ReleaseOutcome;

/** A value of the release outcomes topic. */
public record ReleaseOutcomeValue(
        String role,
        String bundle,
        String modelVersion,
        Instant releasedAt,
        boolean accepted,
        String detail,
        int subtask,
        int subtasks,
        Instant at) {
    /** As the topic has it. */
    public static ReleaseOutcomeValue of(ReleaseOutcome outcome) {
        return new ReleaseOutcomeValue(
                outcome.release().role().key(),
                outcome.release().bundle(),
                outcome.modelVersion(),
                Instant.ofEpochMilli(outcome.release().releasedAt()),
                outcome.accepted(),
                outcome.detail(),
                outcome.subtask(),
                outcome.subtasks(),
                Instant.ofEpochMilli(outcome.at()));
    }
}
