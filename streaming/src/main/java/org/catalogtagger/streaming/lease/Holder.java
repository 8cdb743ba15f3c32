package org.catalogtagger.streaming.lease;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Who holds, or was last to hold, the lease of a consumer group.
 *
 * @param start of the job, drawn by lot: a job that Flink restarts, or another JobManager of the same cluster takes over,
 *     keeps it
 * @param job its id in Flink
 * @param host where its JobManager runs
 * @param since when it took the lease, to the second
 */
record Holder(String start, String job, String host, Instant since) {
    private static final int FIELDS = 4;

    Holder {
        if ((start + job + host).chars().anyMatch(Character::isWhitespace)) {
            throw new IllegalArgumentException("a holder's names hold no space: " + start + " " + job + " " + host);
        }
        since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    /** One line, as Kafka keeps it beside an offset. */
    String text() {
        return String.join(" ", start, job, host, since.toString());
    }

    /** What {@link #text} has written, perhaps with more behind it; empty if it did not. */
    static Optional<Holder> parse(String text) {
        String[] fields = text.split(" ", -1);
        if (fields.length < FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Holder(fields[0], fields[1], fields[2], Instant.parse(fields[3])));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "job %s on %s, since %s".formatted(job, host, since);
    }
}
