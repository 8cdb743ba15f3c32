package org.catalogtagger.streaming.classify;

import java.util.function.Consumer;
import org.catalogtagger.streaming.classify.AuditEvent.Probability;
import org.catalogtagger.streaming.classify.AuditEvent.Traffic;
import org.catalogtagger.streaming.events.Audit;

/** Draws a subtask's tags for the audit, and tells the {@link AuditCoordinator} of its images where it must know. Belongs to the task's thread. */
final class AuditDraw {
    /** A subtask says how many images it has had so often at most, in milliseconds. */
    static final long REPORT_EVERY = 1000;

    /** Images that are drawn, about, until it says so nevertheless: of a rush that nobody has heard of all would be. */
    private static final int MOST_DRAWN = 10;

    private final Audit audit;
    private final Consumer<? super Traffic> coordinator;
    private double probability;
    private long images;
    private long newest = Long.MIN_VALUE;
    private long reported = Long.MIN_VALUE;

    AuditDraw(Audit audit, Consumer<? super Traffic> coordinator) {
        this.audit = audit;
        this.coordinator = coordinator;
        this.probability = audit.share();
    }

    /** The probability that any product's tags are drawn with now, 0 to 1. */
    double probability() {
        return probability;
    }

    boolean draws(String productId) {
        return audit.draws(productId, probability);
    }

    void told(Probability next) {
        probability = next.probability();
    }

    /**
     * An image was tagged.
     *
     * @param now milliseconds since 1970; events from further on are taken to be of now
     */
    void tagged(long eventTime, long now) {
        if (audit.followsTraffic()) {
            images++;
            newest = Math.max(newest, Math.min(eventTime, now));
            // Not of the first alone: where one image is all that is known, all would be drawn until more is.
            if (reported == Long.MIN_VALUE) {
                reported = now;
            }
            if (Math.abs(now - reported) >= REPORT_EVERY || images * probability >= MOST_DRAWN) {
                reported = now;
                coordinator.accept(new Traffic(images, newest));
                images = 0;
                newest = Long.MIN_VALUE;
            }
        }
    }
}
