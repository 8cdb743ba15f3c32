package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.jspecify.annotations.Nullable;

/**
 * Watches how tags or images are distributed over categories, without any labels: windows of tags are compared with those
 * before. A window has drifted if it differs from all others by more than they do from each other, whatever makes them
 * differ (runs, the time of day): src/site/drift.md. A change that ends, or stays, is one of those others from then on. What comes
 * first is compared with the test, if that is known. Not thread-safe.
 */
final class MixMonitor {
    /** Windows without drift that close an alert. */
    private static final int CALM_WINDOWS = 2;

    /** Windows after which a change has stayed. */
    private static final int STAYED = 50;

    private static final String TEST = "test";
    private static final String STAYED_SO = "has stayed so and is usual now";

    private static final int MOST_WINDOWS = 40;
    private static final int FEWEST_WINDOWS = 3;

    private final Kind kind;
    private final List<TagWindow> known = new ArrayList<>();
    private final List<TagWindow> changed = new ArrayList<>();
    private TagWindow window = new TagWindow();
    private final TagWindow tested = new TagWindow();
    private final SeasonalReference seasonal = new SeasonalReference();

    private @Nullable DriftAlert open;
    private int calm;
    private int changedWindows;

    /** Whether a change was accepted: then the test is not what the first windows since are compared with. */
    private boolean accepted;

    @JsonCreator
    MixMonitor(@JsonProperty("kind") Kind kind) {
        this.kind = kind;
    }

    private WindowMeasure measure() {
        return WindowMeasure.of(kind);
    }

    /** The alert that is open. */
    Optional<DriftAlert> open() {
        return Optional.ofNullable(open);
    }

    /** The alert that is open, with more of what speaks for it. */
    DriftAlert explained(String more) {
        open = Objects.requireNonNull(open).explained(more);
        return open;
    }

    /** Takes the images of the test, once. */
    void baseline(Map<String, Long> counts, double values) {
        if (tested.tags() == 0) {
            tested.add(counts, values, 0);
        }
    }

    /**
     * Takes tags.
     *
     * @param counts by category
     * @param values summed over the tags: what the alert's values are the means of
     */
    Optional<DriftAlert> add(
            Map<String, Long> counts, double values, long eventTime, String modelVersion, DriftSettings settings) {
        window.add(counts, values, eventTime);
        int windowTags = settings.windowTags() * measure().windowsAtATime();
        if (window.tags() < windowTags) {
            return Optional.empty();
        }
        TagWindow closed = window;
        window = new TagWindow();
        return addWindow(closed, eventTime, modelVersion, settings);
    }

    /** Takes a window of tags. */
    Optional<DriftAlert> addWindow(TagWindow closed, long eventTime, String modelVersion, DriftSettings settings) {
        int windowTags = settings.windowTags() * measure().windowsAtATime();
        DriftAlert before = open;
        int first = Math.min(MOST_WINDOWS, Math.max(FEWEST_WINDOWS, settings.referenceTags() / windowTags));
        if (known.size() < first) {
            return before == null
                    ? begin(closed, first, eventTime, modelVersion)
                    : compareWithTest(before, closed, eventTime);
        }
        return compare(closed, eventTime, modelVersion, settings);
    }

    /** Until there are windows that others are compared with; all of these together are compared with the test. */
    private Optional<DriftAlert> begin(TagWindow closed, int first, long eventTime, String modelVersion) {
        keep(closed, known);
        TagWindow all = TagWindow.sumOf(known);
        if (known.size() < first || accepted || !isOtherThanTested(all)) {
            return Optional.empty();
        }
        changed.addAll(known);
        known.clear();
        calm = 0;
        changedWindows = changed.size();
        open = alert(TEST, tested, all, measure().evidenceAgainstTest(tested, all), eventTime, modelVersion);
        return Optional.of(open);
    }

    private boolean isOtherThanTested(TagWindow some) {
        return tested.tags() != 0 && some.tags() != 0 && measure().isOtherThanTested(tested, some);
    }

    /** While all that came is other than the test. */
    private Optional<DriftAlert> compareWithTest(DriftAlert before, TagWindow closed, long eventTime) {
        changedWindows++;
        calm = measure().isAsTested(tested, closed) ? calm + 1 : 0;
        keep(closed, changed);
        if (calm < CALM_WINDOWS && changedWindows < STAYED) {
            return Optional.empty();
        }
        boolean isUsual = calm < CALM_WINDOWS;
        known.addAll(isUsual ? changed : changed.subList(changed.size() - calm, changed.size()));
        changed.clear();
        open = null;
        String why = isUsual ? STAYED_SO : "as in the test";
        return Optional.of(before.closed(value(closed, before.label()), why, closed.tags(), eventTime));
    }

    private Optional<DriftAlert> compare(
            TagWindow closed, long eventTime, String modelVersion, DriftSettings settings) {
        TagWindow reference = TagWindow.sumOf(known);
        UsualDifference usual = UsualDifference.of(known, measure());
        double chance = usual.chance(measure().of(reference, closed));
        long windowTags = (long) settings.windowTags() * measure().windowsAtATime();
        boolean drifted = isOther(reference, closed, usual, settings)
                && !seasonal.isUsual(closed, windowTags, hour -> !isOther(hour, closed, usual, settings));
        seasonal.add(closed, windowTags);
        String evidence =
                String.format(Locale.ROOT, "%s, p %.1e", measure().evidence(reference, closed, usual.mean()), chance);
        DriftAlert before = open;
        if (before == null && !drifted) {
            keep(closed, known);
            return Optional.empty();
        }
        if (before == null) {
            calm = 0;
            changedWindows = 1;
            keep(closed, changed);
            open = alert("tags-before", reference, closed, evidence, eventTime, modelVersion);
            return Optional.of(open);
        }
        changedWindows++;
        calm = measure().isOver(reference, closed, drifted) ? calm + 1 : 0;
        keep(closed, changed);
        boolean isOver = calm >= CALM_WINDOWS
                && isAsBefore(
                        reference,
                        usual,
                        settings.falseAlarmChanceOfWindow() * measure().windowsAtATime());
        if (!isOver && changedWindows < STAYED) {
            return Optional.empty();
        }
        String why = isOver ? evidence : STAYED_SO;
        changed.forEach(one -> keep(one, known));
        changed.clear();
        open = null;
        return Optional.of(before.closed(value(closed, before.label()), why, closed.tags(), eventTime));
    }

    private boolean isOther(TagWindow reference, TagWindow closed, UsualDifference usual, DriftSettings settings) {
        return usual.chance(measure().of(reference, closed))
                        < settings.falseAlarmChanceOfWindow() * measure().windowsAtATime()
                && measure().isLarge(reference, closed);
    }

    /** Whether the last windows, which are calm, say by as much as was needed to open it that the change is over. */
    private boolean isAsBefore(TagWindow reference, UsualDifference usual, double chance) {
        List<Double> found =
                changed.stream().map(one -> measure().of(reference, one)).toList();
        int since = Math.max(1, changed.size() - calm);
        return usual.isAsBefore(found.subList(0, since), found.subList(since, found.size()), chance);
    }

    /** Makes the windows since the change those that later ones are compared with, and no others. If they are few, the next ones join them. */
    Optional<DriftAlert> accept(long time) {
        DriftAlert change = open;
        if (change == null) {
            return Optional.empty();
        }
        TagWindow last = changed.get(changed.size() - 1);
        known.clear();
        seasonal.forgetUntil(time);
        // The window in which it was found may have begun before it.
        known.addAll(change.reference().equals(TEST) ? changed : changed.subList(1, changed.size()));
        changed.clear();
        open = null;
        accepted = true;
        return Optional.of(change.accepted(value(last, change.label()), last.tags(), time));
    }

    private static void keep(TagWindow closed, List<TagWindow> windows) {
        windows.add(closed);
        if (windows.size() > MOST_WINDOWS) {
            windows.remove(0);
        }
    }

    private DriftAlert alert(
            String against,
            TagWindow reference,
            TagWindow closed,
            String evidence,
            long eventTime,
            String modelVersion) {
        String label = measure().label(reference, closed);
        boolean isFromTheFirst = against.equals(TEST);
        // The window before may have begun to change, and this one may have been half over.
        long earliest = isFromTheFirst
                ? closed.since()
                : Math.min(closed.since(), known.get(known.size() - 1).since());
        long latest = isFromTheFirst ? closed.since() : Math.max(closed.since(), closed.until());
        return new DriftAlert(
                Status.OPEN,
                kind,
                label,
                measure().detector(),
                against,
                value(reference, label),
                value(closed, label),
                evidence,
                closed.tags(),
                closed.since(),
                earliest,
                latest,
                eventTime,
                modelVersion);
    }

    private double value(TagWindow counted, String label) {
        return kind == Kind.PREDICTIONS ? counted.share(label) : counted.mean();
    }
}
