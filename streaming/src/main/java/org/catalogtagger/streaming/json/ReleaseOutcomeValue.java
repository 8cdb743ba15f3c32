package org.catalogtagger.streaming.json;

import java.time.Instant;
import org.catalogtagger.streaming.events.BoundedText;
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
    private static final int MAX_DETAIL_CHARS = 1000;

    /** As the topic has it. */
    public static ReleaseOutcomeValue of(ReleaseOutcome outcome) {
        return new ReleaseOutcomeValue(
                outcome.release().role().key(),
                outcome.release().bundle(),
                outcome.modelVersion(),
                Instant.ofEpochMilli(outcome.release().releasedAt()),
                outcome.accepted(),
                BoundedText.shortened(outcome.detail(), MAX_DETAIL_CHARS),
                outcome.subtask(),
                outcome.subtasks(),
                Instant.ofEpochMilli(outcome.at()));
    }
}
