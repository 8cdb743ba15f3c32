package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.monitor.AccuracyHarness.Settings;
import org.junit.jupiter.api.Test;

/** When windows are emitted, how often, and which there are. */
class CloseWindowsTest {
    private static final AccuracyWindows WINDOWS = new AccuracyWindows(Kind.SLIDING, 100, 100);
    private static final Duration WAIT = Duration.ofDays(10);
    private static final Duration LATENESS = Duration.ofSeconds(5);

    @Test
    void aLabelInTheLastMomentIsTheLastRevisionAndNoEmptyOneFollows() throws Exception {
        try (AccuracyHarness harness = new AccuracyHarness(WINDOWS, WAIT, LATENESS)) {
            tag(harness, "1", "", 10);
            harness.watermark(100);
            harness.watermark(99 + LATENESS.toMillis());
            label(harness, "1", 20);
            harness.checkpointBarrier();
            harness.watermark(100 + LATENESS.toMillis() + 3 * EventTimeProgress.GRACE_MILLIS);
            harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
            assertThat(harness.emitted())
                    .extracting(WindowAccuracy::revision, w -> w.metrics().tagged(), w -> w.metrics()
                            .support())
                    .containsExactly(tuple(0, 1L, 0L), tuple(1, 1L, 1L));
        }
    }

    @Test
    void afterARestartLateLabelsReopenNoWindowThatWasForgotten() throws Exception {
        try (AccuracyHarness harness = new AccuracyHarness(WINDOWS, WAIT, LATENESS)) {
            tag(harness, "1", "", 10);
            harness.watermark(100);
            harness.watermark(100 + LATENESS.toMillis() + 2 * EventTimeProgress.GRACE_MILLIS);
            harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
            harness.checkpoint();
            for (int parallelism : List.of(1, 4, 1)) {
                harness.restart(parallelism);
                label(harness, "1", 20);
                harness.checkpointBarrier();
                harness.passTime(10_000);
                assertThat(harness.emitted()).hasSize(1);
                assertThat(harness.tooLate()).isEqualTo(1);
            }
        }
    }

    @Test
    void theSumOverSegmentsIsTheWindowAndTheSameSegmentsAreKeptInEach() throws Exception {
        try (AccuracyHarness harness =
                new AccuracyHarness(new AccuracyWindows(Kind.SLIDING, 300, 100), WAIT, LATENESS)) {
            int segments = 3 * LimitSegments.MAX_SEGMENTS;
            for (int i = 0; i < 3 * segments; i++) {
                // Another order in each pane.
                int segment = i * 7 % segments;
                tag(harness, "p" + i, "s" + segment, i / segments * 100L);
                if (i % segments == 0) {
                    harness.checkpoint();
                    harness.restart(1 + i / segments);
                }
            }
            harness.watermark(1000);
            Map<Long, Set<String>> kept = new HashMap<>();
            Map<Long, Long> all = new HashMap<>();
            Map<Long, Long> bySegment = new HashMap<>();
            for (WindowAccuracy window : harness.lastRevisions().values()) {
                long end = window.window().end();
                if (window.segment().isEmpty()) {
                    all.put(end, window.metrics().tagged());
                } else {
                    kept.computeIfAbsent(end, e -> new TreeSet<>()).add(window.segment());
                    bySegment.merge(end, window.metrics().tagged(), Long::sum);
                }
            }
            assertThat(all).hasSize(5).isEqualTo(bySegment);
            assertThat(kept.values()).containsOnly(kept.get(300L));
            assertThat(kept.get(300L)).hasSize(LimitSegments.MAX_SEGMENTS + 1).contains(LimitSegments.OTHERS);
        }
    }

    @Test
    void labelsOverDaysAreGatheredByTheAgeOfTheirWindows() throws Exception {
        AccuracyWindows windows = new AccuracyWindows(
                Kind.SLIDING,
                Duration.ofHours(1).toMillis(),
                Duration.ofMinutes(5).toMillis());
        CorrectionPace pace = new CorrectionPace(5000, 0.1, 1 << 20);
        Settings settings = new Settings(windows, WAIT, Duration.ofDays(7), pace, Optional.empty());
        try (AccuracyHarness harness = new AccuracyHarness(settings, 1)) {
            long week = Duration.ofDays(7).toMillis();
            for (int i = 0; i < 50; i++) {
                tag(harness, "p" + i, "", 1 + i * week / 50);
            }
            harness.watermark(week);
            harness.checkpointBarrier();
            int closed = harness.emitted().size();
            assertThat(closed).isBetween(580, 600);
            for (int i = 0; i < 50; i++) {
                label(harness, "p" + i, 2 + i * week / 50);
            }
            harness.checkpointBarrier();
            harness.passTime(60_000);
            assertThat(harness.emitted().size() - closed).as("within a minute").isLessThan(12);
            for (int i = 0; i < 24; i++) {
                harness.passTime(Duration.ofHours(1).toMillis());
            }
            assertThat(harness.emitted().size() - closed).as("within a day").isEqualTo(closed);
            assertThat(harness.lastRevisions().values())
                    .allMatch(window ->
                            window.metrics().support() == window.metrics().tagged());
        }
    }

    @Test
    void correctionsHoldTheirBytesASecond() throws Exception {
        int bytesPerSecond = 5000;
        Settings settings = new Settings(
                WINDOWS, WAIT, Duration.ofDays(1), new CorrectionPace(0, 0, bytesPerSecond), Optional.empty());
        try (AccuracyHarness harness = new AccuracyHarness(settings, 1)) {
            for (int i = 0; i < 200; i++) {
                tag(harness, "p" + i, "", i * 100L);
            }
            harness.watermark(20_000);
            for (int i = 0; i < 200; i++) {
                label(harness, "p" + i, i * 100 + 1);
            }
            harness.checkpointBarrier();
            assertThat(bytesASecond(harness)).isBetween(bytesPerSecond / 3L, bytesPerSecond * 4L / 3);
        }
    }

    @Test
    void afterAnOutageTheyHoldThemToo() throws Exception {
        int bytesPerSecond = 5000;
        Settings settings = new Settings(
                WINDOWS, WAIT, Duration.ofDays(1), new CorrectionPace(0, 0, bytesPerSecond), Optional.empty());
        try (AccuracyHarness harness = new AccuracyHarness(settings, 1)) {
            for (int i = 0; i < 200; i++) {
                tag(harness, "p" + i, "", i * 100L);
            }
            harness.watermark(20_000);
            for (int i = 0; i < 200; i++) {
                label(harness, "p" + i, i * 100 + 1);
            }
            harness.checkpointBarrier();
            harness.passTime(1000);
            harness.passTime(1000);
            harness.checkpoint();
            assertThat(harness.emitted()).as("not all yet").hasSizeLessThan(300);
            harness.passTime(Duration.ofHours(1).toMillis());
            harness.restart(1);
            assertThat(bytesASecond(harness)).isBetween(bytesPerSecond / 3L, bytesPerSecond * 2L);
        }
    }

    /** Until all of 200 windows are corrected. */
    private static long bytesASecond(AccuracyHarness harness) throws Exception {
        int before = harness.emitted().size();
        int seconds = 0;
        while (harness.emitted().size() < 400) {
            harness.passTime(1000);
            seconds++;
            assertThat(seconds).isLessThan(300);
        }
        return harness.emitted().subList(before, 400).stream()
                        .mapToLong(WindowAccuracy::approximateBytes)
                        .sum()
                / seconds;
    }

    @Test
    void aWindowThatIsCutToARecordCostsARecord() throws Exception {
        CorrectionPace pace = new CorrectionPace(0, 0, 1 << 20);
        Settings settings = new Settings(WINDOWS, WAIT, Duration.ofDays(1), pace, Optional.empty());
        try (AccuracyHarness harness = new AccuracyHarness(settings, 1)) {
            for (int i = 0; i < 10_000; i++) {
                TagOutcome outcome = new TagOutcome("v1", "", 10, 0.9f, List.of("Ties"), 0.8f, 200, false);
                harness.tag(new ProductTag("p" + i, outcome, "free text ".repeat(20) + i, SampledTags.NOT_DECLARED));
            }
            harness.watermark(100);
            assertThat(harness.emitted().get(0).approximateBytes()).isGreaterThan(5 << 20);
            tag(harness, "another", "", 20);
            harness.checkpointBarrier();
            harness.passTime(1000);
            harness.passTime(1000);
            assertThat(harness.emitted()).extracting(WindowAccuracy::revision).containsExactly(0, 1);
        }
    }

    @Test
    void segmentsAreKeptAsLongAsTheirWindowsChange() throws Exception {
        try (AccuracyHarness harness = new AccuracyHarness(WINDOWS, WAIT, LATENESS)) {
            long hour = Duration.ofHours(1).toMillis();
            for (int i = 0; i < LimitSegments.MAX_SEGMENTS; i++) {
                tag(harness, "old " + i, "old " + i, 10);
            }
            harness.watermark(100);
            harness.watermark(hour);
            harness.passTime(1000);
            for (int i = 0; i < LimitSegments.MAX_SEGMENTS; i++) {
                tag(harness, "new " + i, "new " + i, hour + 10);
            }
            harness.passTime(1000);
            label(harness, "old 7", 20);
            harness.watermark(hour + 1000);
            harness.passTime(10_000);
            Map<AccuracyHarness.SeriesWindow, WindowAccuracy> last = harness.lastRevisions();
            assertThat(last.values())
                    .filteredOn(window -> window.metrics().support() > 0)
                    .extracting(WindowAccuracy::segment)
                    .containsExactlyInAnyOrder("", "old 7");
            assertThat(last.values())
                    .filteredOn(window -> window.segment().equals(LimitSegments.OTHERS))
                    .extracting(w -> w.window().start())
                    .containsExactly(hour);

            harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
            harness.watermark(2 * hour);
            harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
            harness.passTime(3 * EventTimeProgress.GRACE_MILLIS);
            tag(harness, "newest", "newest", 2 * hour + 10);
            harness.watermark(2 * hour + 1000);
            assertThat(harness.emitted())
                    .last()
                    .satisfies(window -> assertThat(window.window().start()).isEqualTo(2 * hour));
            assertThat(harness.emitted()).extracting(WindowAccuracy::segment).contains("newest");
        }
    }

    @Test
    void aSegmentThatRestsIsNotClosedBeforeTheStreamRests() throws Exception {
        AccuracyWindows minutes = new AccuracyWindows(Kind.SLIDING, 60_000, 60_000);
        try (AccuracyHarness harness = new AccuracyHarness(minutes, WAIT, LATENESS)) {
            tag(harness, "1", "shop", 10);
            // A backlog, in which event time is slower than the clock.
            for (int i = 1; i <= 30; i++) {
                harness.watermark(1000L * i);
                harness.passTime(5000);
            }
            assertThat(harness.emitted()).isEmpty();
            tag(harness, "2", "shop", 59_000);
            harness.watermark(60_000);
            assertThat(harness.emitted())
                    .hasSize(2)
                    .allMatch(window -> window.metrics().tagged() == 2);
        }
    }

    @Test
    void anEventFromTheFutureClosesNoWindowsAlsoWhenTheStreamRests() throws Exception {
        long minute = 60_000;
        long behind = AccuracyHarness.OUT_OF_ORDERNESS.toMillis() + 1;
        AccuracyWindows minutes = new AccuracyWindows(Kind.SLIDING, minute, minute);
        try (AccuracyHarness harness = new AccuracyHarness(minutes, WAIT, LATENESS)) {
            tag(harness, "1", "", 50_000);
            harness.watermark(50_000 - behind);
            tag(harness, "2", "", 50 * minute);
            harness.checkpointBarrier();
            harness.passTime(70_000);
            assertThat(harness.emitted()).extracting(w -> w.window().end()).containsExactly(minute);
            for (int i = 2; i < 45; i++) {
                tag(harness, "p" + i, "", i * minute + 1);
                harness.watermark(i * minute + 1 - behind);
                harness.passTime(minute);
            }
            assertThat(harness.emitted())
                    .as("of minute 0, and of 2 to 42")
                    .hasSize(42)
                    .allMatch(window -> window.revision() == 0)
                    .allMatch(window -> window.metrics().tagged() == 1)
                    .allMatch(window -> window.window().end() < 50 * minute);
        }
    }

    private static void tag(AccuracyHarness harness, String product, String segment, long time) throws Exception {
        TagOutcome outcome = new TagOutcome("v1", segment, time, 0.9f, List.of("Ties"), 0.8f, 200, false);
        harness.tag(new ProductTag(product, outcome, "", SampledTags.NOT_DECLARED));
    }

    private static void label(AccuracyHarness harness, String product, long at) throws Exception {
        harness.label(new ProductLabel(product, "Ties", SampledTags.NOT_DECLARED, at, at));
    }
}
