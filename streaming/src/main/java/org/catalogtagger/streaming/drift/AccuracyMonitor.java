package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.drift.BaselineDetector.Evidence;
import org.catalogtagger.streaming.drift.ChangeDetector.Fall;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.jspecify.annotations.Nullable;

/**
 * Watches the accuracy of one class, or of all tags, against the model's test and against the recent past. Not
 * thread-safe.
 *
 * <p>A class with few images in the test would have to fall far to be found: its first tags, as long as they are no
 * fall, count as if they had been in the test.
 */
final class AccuracyMonitor {
    /** First tags that are counted to the baseline. */
    private static final long LEARNED = 2000;

    /** Tags and test images without which there is no baseline. */
    private static final long SMALLEST_BASELINE = 30;

    /**
     * Tests have luck, good or bad: a fall is one below the test's accuracy by more than its standard error. With two and
     * a half of them there were no false alarms in 10,000,000 tags instead of 3 in 20,000,000, and a fall of 20 points was
     * found after 228 tags instead of 158 ({@code deploy/bin/bench drift-detectors}).
     */
    private static final double BASELINE_STANDARD_ERRORS = 1;

    /** A fall against the recent past is over when this many tags have come since: it is the recent past then. */
    private static final long RECENT = 2000;

    private final String label;
    private long baselineTags;
    private long baselineRight;
    private long learned;
    private final BaselineDetector belowTest = new BaselineDetector();
    private ChangeDetector belowRecent;
    private final RecentTimes recent = new RecentTimes();
    private @Nullable Open againstTest;
    private @Nullable Open againstRecent;

    /** An alert that is open. */
    private static final class Open {
        private final DriftAlert alert;
        private final Recovery recovery;
        private long seen;

        @JsonCreator
        Open(@JsonProperty("alert") DriftAlert alert, @JsonProperty("recovery") Recovery recovery) {
            this.alert = alert;
            this.recovery = recovery;
        }

        static Open of(DriftAlert alert) {
            return new Open(alert, new Recovery(alert.referenceValue(), alert.currentValue()));
        }
    }

    /** A monitor that has seen nothing; empty is all tags. */
    @JsonCreator
    AccuracyMonitor(@JsonProperty("label") String label, @JsonProperty("belowRecent") ChangeDetector belowRecent) {
        this.label = label;
        this.belowRecent = belowRecent;
    }

    /** Takes what the test says, once. */
    void baseline(long testTags, long testRight) {
        baselineTags += testTags;
        baselineRight += testRight;
    }

    /** Alerts that are open. */
    List<DriftAlert> open() {
        return Stream.of(Optional.ofNullable(againstTest), Optional.ofNullable(againstRecent))
                .flatMap(Optional::stream)
                .map(open -> open.alert)
                .toList();
    }

    /**
     * Takes tags whose truth is known.
     *
     * @param tags negative where labels were taken back
     * @param right of them
     */
    List<DriftAlert> add(long tags, long right, long eventTime, String modelVersion, DriftSettings settings) {
        List<DriftAlert> alerts = new ArrayList<>();
        againstTest(tags, right, eventTime, modelVersion, settings).ifPresent(alerts::add);
        againstRecent(tags, right, eventTime, modelVersion, settings).ifPresent(alerts::add);
        return alerts;
    }

    private Optional<DriftAlert> againstTest(
            long tags, long right, long eventTime, String modelVersion, DriftSettings settings) {
        if (againstTest != null) {
            if (!againstTest.recovery.add(tags, right)) {
                return Optional.empty();
            }
            DriftAlert over = over(againstTest, "as in the test again", eventTime);
            againstTest = null;
            belowTest.reset();
            return Optional.of(over);
        }
        Optional<Evidence> evidence = baselineTags < SMALLEST_BASELINE
                ? Optional.empty()
                : belowTest.add(tags, right, leastAccuracy(), eventTime, settings.falseAlarmEveryOfDetector());
        if (evidence.isEmpty()) {
            if (learned < LEARNED && tags > 0) {
                learned += tags;
                baselineTags += tags;
                baselineRight += right;
            }
            return Optional.empty();
        }
        Evidence found = evidence.get();
        DriftAlert alert = new DriftAlert(
                Status.OPEN,
                Kind.ACCURACY,
                label,
                "e-detector",
                "test",
                accuracy(baselineRight, baselineTags),
                found.accuracy(),
                String.format(
                        Locale.ROOT,
                        "%.0f decibans for a fall below %.1f %%",
                        10 * found.logEvidence() / Math.log(10),
                        100 * leastAccuracy()),
                found.observations(),
                found.since(),
                eventTime,
                modelVersion);
        againstTest = Open.of(alert);
        return Optional.of(alert);
    }

    private double leastAccuracy() {
        return WilsonInterval.of(
                        Math.max(0, Math.min(baselineTags, baselineRight)), baselineTags, BASELINE_STANDARD_ERRORS)
                .lower();
    }

    private Optional<DriftAlert> againstRecent(
            long tags, long right, long eventTime, String modelVersion, DriftSettings settings) {
        recent.add(tags, eventTime);
        Optional<Fall> fall = Optional.empty();
        for (long i = 0; i < tags; i++) {
            // Their order is not known: the wrong ones are spread evenly.
            boolean isRight = (i + 1) * right / tags > i * right / tags;
            Optional<Fall> found = belowRecent.add(isRight);
            fall = found.isPresent() ? found : fall;
        }
        if (againstRecent != null) {
            againstRecent.seen += tags;
            boolean recovered = againstRecent.recovery.add(tags, right);
            if (!recovered && againstRecent.seen < RECENT) {
                return Optional.empty();
            }
            DriftAlert over = over(
                    againstRecent,
                    recovered ? "as before again" : "has stayed so: it is the recent past now",
                    eventTime);
            againstRecent = null;
            if (recovered) {
                belowRecent = settings.recentPastDetector();
            }
            return Optional.of(over);
        }
        if (fall.isEmpty()) {
            return Optional.empty();
        }
        // Of a fall that is older than what is remembered, the beginning is not known better than that.
        long since = recent.before(fall.get().observations());
        DriftAlert alert = new DriftAlert(
                Status.OPEN,
                Kind.ACCURACY,
                label,
                settings.recentPast().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "recent-past",
                fall.get().before(),
                fall.get().after(),
                "the last %,d tags differ from those before"
                        .formatted(fall.get().observations()),
                fall.get().observations(),
                since,
                eventTime,
                modelVersion);
        againstRecent = Open.of(alert);
        return Optional.of(alert);
    }

    private static DriftAlert over(Open open, String why, long eventTime) {
        return open.alert.closed(open.recovery.accuracy(), why, open.recovery.observations(), eventTime);
    }

    private static double accuracy(long right, long tags) {
        return tags == 0 ? 0 : (double) right / tags;
    }
}
