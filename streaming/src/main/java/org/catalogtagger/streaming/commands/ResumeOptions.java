package org.catalogtagger.streaming.commands;

import java.util.Optional;
import org.catalogtagger.streaming.job.Resume;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a job goes on from. */
final class ResumeOptions {
    @ArgGroup(exclusive = true)
    private Where where = new Where();

    @Option(
            names = "--allow-non-restored-state",
            description = "Go on also from a checkpoint with state of parts that this release's job has no longer, and"
                    + " drop that.")
    private boolean allowNonRestoredState;

    private static final class Where {
        @Option(
                names = "--from-scratch",
                description =
                        "Do not go on from the last checkpoint, but from the offsets that Kafka has for the group.")
        private boolean fromScratch;

        @Option(
                names = "--from",
                paramLabel = "PATH",
                description =
                        "Go on from this savepoint or checkpoint of the same consumer group, not from the last one.")
        private Optional<String> from = Optional.empty();
    }

    Resume choice() {
        return new Resume(where.fromScratch, where.from, allowNonRestoredState);
    }
}
