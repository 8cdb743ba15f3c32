package org.catalogtagger.streaming.events;

/**
 * What became of a release in one subtask of the job.
 *
 * @param modelVersion of the bundle; empty if it could not be read
 * @param accepted whether the model is in use now; if not, the one before it stays
 * @param detail a sentence for people
 * @param subtask counted from 0
 * @param subtasks of them all
 * @param at milliseconds since 1970
 */
public record ReleaseOutcome(
        ModelRelease release,
        String modelVersion,
        boolean accepted,
        String detail,
        int subtask,
        int subtasks,
        long at) {}
