package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;

/** Windows over tags and labels in any order, beside a computation over all of them at once. */
class AccuracyPropertyTest {
    private static final Duration LONG = Duration.ofDays(1);

    /** Something that happens. */
    sealed interface Happening {}

    record Tagged(ProductTag tag) implements Happening {}

    record Labelled(ProductLabel label) implements Happening {}

    record TimePassed(long watermark, boolean checkpoint) implements Happening {}

    @Property(tries = 150)
    void theLastRevisionsAreWhatABatchComputationFinds(
            @ForAll("windows") AccuracyWindows windows, @ForAll("happenings") List<Happening> happenings)
            throws Exception {
        try (AccuracyHarness harness = new AccuracyHarness(windows, LONG, LONG)) {
            long watermark = 0;
            for (Happening happening : happenings) {
                if (happening instanceof Tagged tagged) {
                    harness.tag(tagged.tag());
                } else if (happening instanceof Labelled labelled) {
                    harness.label(labelled.label());
                } else if (happening instanceof TimePassed passed) {
                    watermark = Math.max(watermark, passed.watermark());
                    harness.watermark(watermark);
                    if (passed.checkpoint()) {
                        harness.checkpointBarrier();
                        // As long as that, and windows are told by the clock.
                        harness.passTime(AccuracyHarness.OUT_OF_ORDERNESS.toMillis() + 2000);
                    }
                }
            }
            harness.watermark(10_000);
            harness.passTime(5000);

            Map<AccuracyHarness.Key, AccuracyMetrics> found = new HashMap<>();
            harness.last().forEach((key, window) -> {
                if (window.metrics().tagged() > 0) {
                    found.put(key, window.metrics());
                }
            });
            assertThat(found).isEqualTo(byBruteForce(windows, happenings));
            assertRevisionsCount(harness.told());
        }
    }

    private static void assertRevisionsCount(List<WindowAccuracy> told) {
        Map<AccuracyHarness.Key, Integer> next = new HashMap<>();
        for (WindowAccuracy window : told) {
            if (window.segment().isEmpty()) {
                AccuracyHarness.Key key = new AccuracyHarness.Key(window.window(), window.modelVersion(), "");
                assertThat(window.revision()).isEqualTo(next.getOrDefault(key, 0));
                next.put(key, window.revision() + 1);
            }
        }
    }

    /** Every window that holds a tag, and what is true of it in the end. */
    private static Map<AccuracyHarness.Key, AccuracyMetrics> byBruteForce(
            AccuracyWindows windows, List<Happening> happenings) {
        Map<String, ProductLabel> newest = new HashMap<>();
        List<ProductTag> tags = new ArrayList<>();
        for (Happening happening : happenings) {
            if (happening instanceof Tagged tagged) {
                ProductTag tag = tagged.tag();
                tags.add(tag);
                if (!tag.truth().isEmpty()) {
                    offer(
                            newest,
                            new ProductLabel(
                                    tag.productId(), tag.truth(), tag.outcome().eventTime()));
                }
            } else if (happening instanceof Labelled labelled) {
                offer(newest, labelled.label());
            }
        }
        Map<AccuracyHarness.Key, AccuracyCounter> counters = new HashMap<>();
        for (ProductTag tag : tags) {
            TagOutcome outcome = tag.outcome();
            ProductLabel label = newest.get(tag.productId());
            for (long end = 0; end <= 3000; end++) {
                Window window = end % windows.stepMillis() == 0 ? windows.endingAt(end) : new Window(0, 0);
                if (window.start() <= outcome.eventTime() && outcome.eventTime() < window.end()) {
                    Set<String> segments = new HashSet<>(List.of("", outcome.segment()));
                    for (String segment : segments) {
                        AccuracyCounter counter = counters.computeIfAbsent(
                                new AccuracyHarness.Key(window, outcome.modelVersion(), segment),
                                key -> new AccuracyCounter());
                        counter.countTagged(outcome);
                        if (label != null) {
                            long delay = Math.max(0, label.labelledAt() - outcome.eventTime());
                            counter.countLabelled(outcome, label.label(), delay, 1);
                        }
                    }
                }
            }
        }
        Map<AccuracyHarness.Key, AccuracyMetrics> metrics = new HashMap<>();
        counters.forEach((key, counter) -> metrics.put(key, AccuracyMetrics.of(counter.counts())));
        return metrics;
    }

    private static void offer(Map<String, ProductLabel> newest, ProductLabel label) {
        newest.merge(label.productId(), label, (old, fresh) -> fresh.labelledAt() >= old.labelledAt() ? fresh : old);
    }

    @Provide
    Arbitrary<AccuracyWindows> windows() {
        return Arbitraries.of(
                new AccuracyWindows(Kind.SLIDING, 100, 100),
                new AccuracyWindows(Kind.SLIDING, 300, 100),
                new AccuracyWindows(Kind.CUMULATIVE, 300, 100));
    }

    @Provide
    Arbitrary<List<Happening>> happenings() {
        Arbitrary<String> products = Arbitraries.of("1", "2", "3", "4");
        Arbitrary<String> labels = Arbitraries.of("Shirts", "Ties", "Watches");
        Arbitrary<Long> times = Arbitraries.longs().between(0, 1000);
        Arbitrary<TagOutcome> outcomes = Combinators.combine(
                        Arbitraries.of("v1", "v2"), Arbitraries.of("", "", "shop"), times, labels, labels)
                .as((version, segment, time, first, second) -> new TagOutcome(
                        version,
                        segment,
                        time,
                        0.5f,
                        first.equals(second) ? List.of(first) : List.of(first, second),
                        0.5f,
                        200));
        Arbitrary<Happening> tags = Combinators.combine(products, outcomes, Arbitraries.of("", "", "Shirts", "Ties"))
                .as((product, outcome, truth) -> new Tagged(new ProductTag(product, outcome, truth)));
        Arbitrary<Happening> truths = Combinators.combine(products, labels, times)
                .as((product, label, time) -> new Labelled(new ProductLabel(product, label, time)));
        Arbitrary<Happening> passing =
                Combinators.combine(times, Arbitraries.of(true, false)).as(TimePassed::new);
        return Arbitraries.oneOf(List.of(tags, tags, truths, passing)).list().ofMaxSize(40);
    }
}
