package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.FallSearch.Fall;
import org.catalogtagger.streaming.drift.TagHistory.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Watches how many of one class' images are tagged right. Each moment may be the beginning of a fall; what came before it
 * is, with the model's test, what the class is compared with, as sure as they are many: src/site/drift.md. Not
 * thread-safe.
 */
final class ClassMonitor {
    /** Where more are right than before, nothing speaks for a fall, and how much speaks against it does not matter. */
    private static final double NOTHING = -20;

    private final String label;
    private BetaShare base = PooledBaseline.UNKNOWN;

    /** Tags that {@code base} has learned from. */
    private double learned;

    /** What {@code base} knows by this class alone: images of the test, tags of the past, and those that are right. */
    private double ownTags;

    private double ownRight;

    private final TagHistory history = new TagHistory();
    private final Dispersion.Series blocks = new Dispersion.Series();
    private @Nullable OpenFall open;

    /** Until when tags had come as a fall was accepted; what was before it is no reference any more. The least long if none was. */
    private long acceptedAt = Long.MIN_VALUE;

    /** Until when tags had come as a fall was found to be over; the least long if none was. */
    private long recoveredAt = Long.MIN_VALUE;

    /** A monitor that has seen nothing. */
    @JsonCreator
    ClassMonitor(@JsonProperty("label") String label) {
        this.label = label;
    }

    /**
     * Takes what the test says.
     *
     * @param share of this class and, where it has few images, of the others
     * @param images of this class alone
     * @param right of them
     */
    void baseline(BetaShare share, long images, long right) {
        base = share;
        ownTags = images;
        ownRight = right;
    }

    /**
     * What a class borrows from others may be too good for it. It has not fallen where its own images were not better
     * before, in the test and by tags.
     */
    private boolean wasNoBetter(double pastTags, double pastRight, double tags, double right) {
        double before = ownTags + pastTags;
        return before > 0 && right * before >= (ownRight + pastRight) * tags;
    }

    Optional<DriftAlert> open() {
        return Optional.ofNullable(open).map(OpenFall::alert);
    }

    /** What is known of the accuracy by tags that are older than a fall, its own or one that began at some time. */
    BetaShare before(long time, double dispersion) {
        long until = open == null ? time : Math.min(time, open.alert().since());
        double scale = 1 / dispersion;
        return base.with(scale * history.tagsBefore(until), scale * history.rightBefore(until));
    }

    /**
     * Takes tags whose truth is known.
     *
     * @param tags negative where labels were taken back
     */
    void add(long time, double tags, double right, Dispersion dispersion) {
        if (tags > 0) {
            double mean = base.mean();
            blocks.add(tags, right - tags * mean, tags * mean * (1 - mean), dispersion);
        }
        history.add(time, tags, right);
    }

    /** An alert that tags have opened or closed. */
    Optional<DriftAlert> judge(long time, String modelVersion, double dispersion, FalseAlarms falseAlarms) {
        OpenFall fall = open;
        if (fall != null) {
            Optional<OpenFall.Recovery> recovery = fall.recovery(history, dispersion, falseAlarms.every());
            return recovery.map(found -> close(fall, found, time, dispersion));
        }
        return search(dispersion, falseAlarms)
                .filter(found -> found.overThreshold() >= 0)
                .map(found -> open(
                        found,
                        String.format(
                                Locale.ROOT,
                                "%.0f decibans for a fall, %.0f more than needed",
                                decibans(found.logEvidence()),
                                decibans(found.overThreshold())),
                        time,
                        modelVersion,
                        dispersion));
    }

    /** How much speaks for a fall that began at a time, whatever others say: the natural logarithm. */
    double logEvidenceSince(long time, double dispersion) {
        BetaShare before = before(time, dispersion);
        double tags = history.tagsSince(time) / dispersion;
        double right = history.rightSince(time) / dispersion;
        if (wasNoBetter(history.tagsBefore(time), history.rightBefore(time), tags, right)) {
            return NOTHING;
        }
        double[] logEvidence = new double[FalseAlarms.falls()];
        for (int i = 0; i < logEvidence.length; i++) {
            logEvidence[i] = before.fallenFrom(FalseAlarms.logits(i)).logLikelihoodOver(before, tags, right);
        }
        return FalseAlarms.mixture(logEvidence);
    }

    /** Opens an alert of a fall that began at a time. */
    DriftAlert openSince(long begin, String evidence, long time, String modelVersion, double dispersion) {
        double tags = history.tagsSince(begin);
        double right = history.rightSince(begin);
        Fall fall = new Fall(
                0,
                0,
                begin,
                begin,
                begin,
                tags,
                right,
                tags * before(begin, dispersion).mean());
        return open(fall, evidence, time, modelVersion, dispersion);
    }

    /** How many more tags since a time were to be expected right than are. */
    double missingSince(long begin, double dispersion) {
        return history.tagsSince(begin) * before(begin, dispersion).mean() - history.rightSince(begin);
    }

    /** How soon a fall would be found that begins now; empty while one is open. */
    Optional<DetectionDelay> detectionDelay(double dispersion, FalseAlarms falseAlarms) {
        if (open != null) {
            return Optional.empty();
        }
        double tags = history.tagsSince(Long.MIN_VALUE);
        double right = history.rightSince(Long.MIN_VALUE);
        DetectionDelay.Known known = new DetectionDelay.Known(
                base.with(tags / dispersion, right / dispersion), learned + tags, ownTags + tags, ownRight + right);
        return Optional.of(DetectionDelay.of(known, dispersion, falseAlarms));
    }

    /** The beginning that most speaks for, whether it is enough or not. */
    Optional<Fall> search(double dispersion, FalseAlarms falseAlarms) {
        List<Entry> entries = history.entries();
        double all = entries.stream().mapToDouble(Entry::tags).sum();
        double allRight = entries.stream().mapToDouble(Entry::right).sum();
        return FallSearch.in(entries, new FallSearch.Evidence() {
            private double expected;

            @Override
            public void of(Entry begin, double tags, double right, double[] logEvidence, double[] logThreshold) {
                BetaShare before = base.with((all - tags) / dispersion, (allRight - right) / dispersion);
                expected = tags * before.mean();
                boolean isNone = right >= expected || wasNoBetter(all - tags, allRight - right, tags, right);
                for (int i = 0; i < logEvidence.length; i++) {
                    BetaShare fallen = before.fallenFrom(FalseAlarms.logits(i));
                    double divergence = BetaShare.divergence(before.mean(), fallen.mean()) / dispersion;
                    logEvidence[i] =
                            isNone ? NOTHING : fallen.logLikelihoodOver(before, tags / dispersion, right / dispersion);
                    logThreshold[i] = falseAlarms.logThreshold(divergence, learned + all - tags);
                }
            }

            @Override
            public double expected() {
                return expected;
            }
        });
    }

    private DriftAlert open(Fall fall, String evidence, long time, String modelVersion, double dispersion) {
        BetaShare before = before(fall.since(), dispersion);
        boolean isFromTheFirst = learned + history.tagsBefore(fall.since()) == 0;
        DriftAlert alert = new DriftAlert(
                Status.OPEN,
                Kind.ACCURACY,
                label,
                "likelihood-ratio",
                acceptedAt > Long.MIN_VALUE ? "tags-before" : isFromTheFirst ? "test" : "test-and-past",
                before.mean(),
                fall.accuracy(),
                evidence,
                Math.round(fall.tags()),
                fall.since(),
                fall.earliest(),
                fall.latest(),
                time,
                modelVersion);
        open = new OpenFall(alert, before);
        return alert;
    }

    private DriftAlert close(OpenFall fall, OpenFall.Recovery recovery, long time, double dispersion) {
        learned += history.tagsBefore(fall.alert().since());
        ownTags += history.tagsBefore(fall.alert().since());
        ownRight += history.rightBefore(fall.alert().since());
        base = before(fall.alert().since(), dispersion);
        history.forgetFirst(recovery.first());
        open = null;
        recoveredAt = time;
        return fall.closed(recovery, time);
    }

    /**
     * Makes the tags since the fall what the class is compared with, as sure as they are many, and neither its test nor what was before.
     * Where it fell in steps, those since the last. The alarm was raised by tags that were chosen for being low, so that a class which
     * is accepted at once is taken for a bit worse than it is, until others have come.
     *
     * @param time the newest of all tags
     * @param newestLabelled of those whose truth is known
     */
    Optional<DriftAlert> accept(long time, long newestLabelled, double dispersion, FalseAlarms falseAlarms) {
        OpenFall fall = open;
        if (fall == null) {
            return Optional.empty();
        }
        open = null;
        base = PooledBaseline.UNKNOWN;
        learned = 0;
        ownTags = 0;
        ownRight = 0;
        history.forgetBefore(fall.alert().since());
        for (Optional<Fall> step = step(dispersion, falseAlarms);
                step.isPresent();
                step = step(dispersion, falseAlarms)) {
            history.forgetBefore(step.get().since());
        }
        double tags = history.tagsSince(Long.MIN_VALUE);
        double right = history.rightSince(Long.MIN_VALUE);
        learnAll(Long.MIN_VALUE, dispersion, newestLabelled);
        double value = tags > 0 ? right / tags : fall.alert().currentValue();
        return Optional.of(fall.alert().accepted(value, Math.round(tags), time));
    }

    /** A fall within what is left of the history. */
    private Optional<Fall> step(double dispersion, FalseAlarms falseAlarms) {
        return search(dispersion, falseAlarms)
                .filter(found -> found.overThreshold() >= 0 && history.tagsBefore(found.since()) > 0);
    }

    /** Whether a fall was accepted after a time, so that what was expected then does not count. */
    boolean isAcceptedSince(long time) {
        return acceptedAt >= time;
    }

    /** Whether a fall was over, or accepted, after a time: it is not that of those that fell then. */
    boolean hasEndedSince(long time) {
        return Math.max(acceptedAt, recoveredAt) >= time;
    }

    /** How many tags since a time would be right if accuracy fell by so many logits then. */
    double expectedSince(long begin, double logits, double dispersion) {
        return history.tagsSince(begin)
                * BetaShare.fallen(before(begin, dispersion).mean(), logits);
    }

    /** How many are. */
    double rightSince(long begin) {
        return history.rightSince(begin);
    }

    /**
     * Takes it that the class fell with all others when the accuracy of all did, so that it is not told of for that.
     *
     * @param logits by which they fell on average
     */
    void fellWithAll(long begin, double logits, double dispersion, long time) {
        base = before(begin, dispersion).fallenSomehow(logits);
        learnAll(begin, dispersion, time);
    }

    /** Adds the tags since a time to what the class is compared with; before it, they are in it. */
    private void learnAll(long begin, double dispersion, long time) {
        learned += history.tagsSince(Long.MIN_VALUE);
        ownTags += history.tagsSince(Long.MIN_VALUE);
        ownRight += history.rightSince(Long.MIN_VALUE);
        base = base.with(history.tagsSince(begin) / dispersion, history.rightSince(begin) / dispersion);
        history.forgetBefore(Long.MAX_VALUE);
        // The step from one level to the other is no variance.
        blocks.forget();
        acceptedAt = time;
    }

    static double decibans(double logEvidence) {
        return 10 * logEvidence / Math.log(10);
    }
}
