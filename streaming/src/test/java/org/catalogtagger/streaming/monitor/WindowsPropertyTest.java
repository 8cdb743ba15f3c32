package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.monitor.WindowsStory.Labelled;
import org.catalogtagger.streaming.monitor.WindowsStory.Tagged;
import org.junit.jupiter.api.Test;

/**
 * Windows over tags and labels that come in any order, through restarts and in any number of subtasks, beside a
 * computation over all of them at once. {@code -Dwindows.stories=20000} tries more of them, {@code -Dwindows.first=17}
 * begins with the one that failed.
 */
class WindowsPropertyTest {
    private static final int STORIES = Integer.getInteger("windows.stories", 40);
    private static final int FIRST = Integer.getInteger("windows.first", 0);
    private static final int STORIES_ON_DISK = Math.max(4, STORIES / 20);

    private final Map<String, Long> counts = new TreeMap<>();

    @Test
    void theLastRevisionsAreWhatABatchComputationFinds() throws Exception {
        for (int seed = FIRST; seed < FIRST + STORIES; seed++) {
            check(WindowsStory.of(seed, true), Optional.empty());
        }
        System.out.println("windows of " + STORIES + " stories: " + counts);
        assertThat(counts.keySet())
                .as("what the stories hold")
                .contains("tag", "label", "crash", "rescaling", "correction", "late tag", "late label", "revision");
    }

    @Test
    void stateOnDiskGivesTheSame() throws Exception {
        for (int seed = FIRST; seed < FIRST + STORIES_ON_DISK; seed++) {
            check(WindowsStory.of(seed, true), Optional.of(new EmbeddedRocksDBStateBackend()));
        }
        System.out.println("windows of " + STORIES_ON_DISK + " stories on disk: " + counts);
    }

    /** All but the delay, which is to the label that was read first of those that say the same. */
    @Test
    void aBacklogGivesTheWindowsOfAJobThatWasAlwaysUp() throws Exception {
        for (int seed = FIRST; seed < FIRST + STORIES; seed++) {
            WindowsStory story = WindowsStory.of(seed, true);
            try (AccuracyHarness harness = story.playAsBacklog()) {
                Map<AccuracyHarness.SeriesWindow, AccuracyMetrics> expected = byBruteForce(story);
                Map<AccuracyHarness.SeriesWindow, WindowAccuracy> found = harness.lastRevisions();
                assertThat(missing(expected, found))
                        .as("story %s: windows that are missing", seed)
                        .isEmpty();
                found.forEach((key, window) -> {
                    AccuracyMetrics metrics = expected.get(key);
                    assertThat(metrics).as("story of %s", key).isNotNull();
                    assertThat(window.metrics().classes())
                            .as("story of %s", key)
                            .isEqualTo(metrics == null ? List.of() : metrics.classes());
                });
            }
        }
    }

    @Test
    void whatComesTooLateLeavesWindowsThatHoldTogether() throws Exception {
        for (int seed = FIRST; seed < FIRST + STORIES; seed++) {
            WindowsStory story = WindowsStory.of(seed, false);
            try (AccuracyHarness harness = story.play(Optional.empty(), counts)) {
                Map<AccuracyHarness.SeriesWindow, AccuracyMetrics> all = byBruteForce(story);
                assertRevisions(seed, harness.emitted());
                harness.lastRevisions()
                        .forEach((key, window) -> assertThat(window.metrics().tagged())
                                .as("story %s, %s", story.seed(), key)
                                .isLessThanOrEqualTo(Optional.ofNullable(all.get(key))
                                        .map(AccuracyMetrics::tagged)
                                        .orElse(0L)));
                assertThat(harness.entries())
                        .as("story %s: state that is left", seed)
                        .isZero();
            }
        }
        System.out.println("windows of " + STORIES + " late stories: " + counts);
        assertThat(counts.get("too late")).isPositive();
    }

    private void check(WindowsStory story, Optional<EmbeddedRocksDBStateBackend> backend) throws Exception {
        try (AccuracyHarness harness = story.play(backend.map(b -> b), counts)) {
            Map<AccuracyHarness.SeriesWindow, AccuracyMetrics> expected = byBruteForce(story);
            Map<AccuracyHarness.SeriesWindow, WindowAccuracy> found = harness.lastRevisions();
            assertThat(missing(expected, found))
                    .as("story %s: windows that are missing", story.seed())
                    .isEmpty();
            found.forEach((key, window) -> assertThat(window.metrics())
                    .as("story %s, %s", story.seed(), key)
                    .isEqualTo(expected.get(key)));
            assertRevisions(story.seed(), harness.emitted());
            assertThat(harness.tooLate()).as("story %s: too late", story.seed()).isZero();
        }
    }

    private static List<AccuracyHarness.SeriesWindow> missing(
            Map<AccuracyHarness.SeriesWindow, ?> expected, Map<AccuracyHarness.SeriesWindow, ?> found) {
        return expected.keySet().stream().filter(key -> !found.containsKey(key)).toList();
    }

    /** Revisions count up by one, none is empty, and no label is taken back that was not given. */
    private static void assertRevisions(int seed, List<WindowAccuracy> emitted) {
        Map<AccuracyHarness.SeriesWindow, Integer> next = new HashMap<>();
        for (WindowAccuracy window : emitted) {
            int expected = next.merge(AccuracyHarness.SeriesWindow.of(window), 1, Integer::sum) - 1;
            assertThat(window.revision()).as("story %s, %s", seed, window).isEqualTo(expected);
            AccuracyMetrics metrics = window.metrics();
            assertThat(metrics.tagged()).as("story %s, %s", seed, window).isPositive();
            assertThat(metrics.support()).as("story %s, %s", seed, window).isBetween(0L, metrics.tagged());
            assertThat(metrics.classes())
                    .as("story %s, %s", seed, window)
                    .allMatch(ofClass -> ofClass.support() >= 0 && ofClass.predicted() >= 0 && ofClass.correct() >= 0);
            assertThat(window.counts().sampled().declared().values())
                    .as("story %s, %s", seed, window)
                    .allMatch(sampled ->
                            sampled.tags() > 0 && sampled.right() >= 0 && sampled.weight() >= sampled.tags());
        }
    }

    /** Every window that holds a tag, and what is true of it in the end. */
    private static Map<AccuracyHarness.SeriesWindow, AccuracyMetrics> byBruteForce(WindowsStory story) {
        AccuracyWindows windows = story.windows();
        Map<AccuracyHarness.SeriesWindow, AccuracyCounter> counters = new HashMap<>();
        for (Tagged tagged : story.tags()) {
            Optional<Truth> truth = truth(story, tagged);
            long time = tagged.tag().outcome().eventTime();
            for (long end = time - Math.floorMod(time, windows.stepMillis()) + windows.stepMillis();
                    end <= time + windows.sizeMillis();
                    end += windows.stepMillis()) {
                Window window = windows.endingAt(end);
                if (window.start() > time) {
                    continue;
                }
                for (String segment : Stream.of("", tagged.tag().outcome().segment())
                        .distinct()
                        .toList()) {
                    AccuracyCounter counter = counters.computeIfAbsent(
                            new AccuracyHarness.SeriesWindow(
                                    window, tagged.tag().outcome().modelVersion(), segment),
                            key -> new AccuracyCounter());
                    counter.countTagged(tagged.tag().outcome());
                    truth.ifPresent(known -> counter.countLabelled(
                            tagged.tag().outcome(), known.label(), known.probability(), known.delayMillis(), 1));
                }
            }
        }
        Map<AccuracyHarness.SeriesWindow, AccuracyMetrics> metrics = new HashMap<>();
        counters.forEach((key, counter) -> {
            AccuracyCounter window = new AccuracyCounter();
            window.addWithin(Integer.MAX_VALUE, counter.counts());
            metrics.put(key, AccuracyMetrics.of(window.counts()));
        });
        return metrics;
    }

    private record Truth(String label, long delayMillis, double probability) {}

    /** The newest label that reaches the tag, and since when that one was the truth of it, as far as it was there. */
    private static Optional<Truth> truth(WindowsStory story, Tagged tagged) {
        long time = tagged.tag().outcome().eventTime();
        long reach = story.reachMillis();
        List<Labelled> labels = story.labelsOf(tagged.tag().productId())
                .filter(given -> given.label().sentAt() - reach <= time
                        && time
                                <= Math.max(
                                                given.label().labelledAt(),
                                                given.label().sentAt())
                                        + reach)
                .toList();
        List<Labelled> inOrder = Stream.concat(
                        labels.stream()
                                .filter(given -> given.place() < tagged.place())
                                .sorted(Comparator.comparingLong(
                                        given -> given.label().labelledAt())),
                        labels.stream().filter(given -> given.place() >= tagged.place()))
                .toList();
        long newest = inOrder.stream()
                .mapToLong(given -> given.label().labelledAt())
                .max()
                .orElse(Long.MIN_VALUE);
        Optional<String> last = inOrder.stream()
                .filter(given -> given.label().labelledAt() == newest)
                .reduce((before, after) -> after)
                .map(given -> given.label().label());
        if (last.isEmpty()) {
            return Optional.empty();
        }
        String now = "";
        long until = Long.MIN_VALUE;
        long since = 0;
        double probability = SampledTags.NOT_DECLARED;
        for (Labelled given : inOrder) {
            if (given.label().labelledAt() >= until) {
                until = given.label().labelledAt();
                since = given.label().label().equals(now) ? since : until;
                probability = given.label().probability() > 0 ? given.label().probability() : probability;
                now = given.label().label();
            }
        }
        return Optional.of(new Truth(last.get(), Math.max(0, since - time), probability));
    }
}
