package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.junit.jupiter.api.Test;

class LabelCohortsTest {
    private static final long HOUR = 3_600_000;
    private static final long WITHIN = 64 * HOUR;
    private static final TagOutcome TAG = new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.9f, 200, false);

    private final LabelCohorts cohorts = new LabelCohorts();
    private long newest;

    private List<Ready> tagged(long time, int tags) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            counter.countTagged(TAG);
        }
        newest = Math.max(newest, time);
        return cohorts.add(LabelledTags.notAudited(counter.counts()), time, newest, WITHIN);
    }

    private List<Ready> labelled(long time, String truth, int tags) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < Math.abs(tags); i++) {
            counter.countLabelled(TAG, truth, SampledTags.NOT_DECLARED, 0, Integer.signum(tags));
        }
        return cohorts.add(LabelledTags.notAudited(counter.counts()), time, newest, WITHIN);
    }

    @Test
    void wrongTagsThatAreLabelledFirstWaitForTheRightOnes() {
        assertThat(labels(tagged(0, 100))).isZero();
        assertThat(labelled(0, "Shirts", 20)).isEmpty();
        assertThat(labelled(0, "Ties", 70)).isEmpty();
        List<Ready> ready = labelled(0, "Ties", 10);
        assertThat(ready).hasSize(1);
        assertThat(ready.get(0).tags().byTruth().get("Ties")).containsExactly(80, 80);
        assertThat(ready.get(0).tags().byTruth().get("Shirts")).containsExactly(20, 0);
    }

    @Test
    void aCorrectionIsTheNetChange() {
        tagged(0, 10);
        assertThat(labelled(0, "Ties", 10)).hasSize(1);
        AccuracyCounter corrected = new AccuracyCounter();
        corrected.countLabelled(TAG, "Ties", SampledTags.NOT_DECLARED, 0, -1);
        corrected.countLabelled(TAG, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        List<Ready> ready = cohorts.add(LabelledTags.notAudited(corrected.counts()), 0, newest, WITHIN);
        assertThat(ready).hasSize(1);
        assertThat(ready.get(0).tags().byTruth().get("Ties")).containsExactly(-1, -1);
        assertThat(ready.get(0).tags().byTruth().get("Shirts")).containsExactly(1, 0);
    }

    @Test
    void tagsWhoseLabelsNeverComeAreWaitedForUntilItIsKnownHowLongLabelsTake() {
        List<Long> waited = new ArrayList<>();
        for (long hour = 0; hour < 300; hour++) {
            for (Ready ready : tagged(hour * HOUR, 100)) {
                if (ready.tags().labelled() > 0) {
                    waited.add(hour - ready.time() / HOUR);
                }
            }
            if (hour >= 5) {
                labelled((hour - 5) * HOUR, "Ties", 10);
            }
        }
        assertThat(waited.get(0)).as("at first").isBetween(63L, 67L);
        assertThat(waited.get(waited.size() - 1)).as("labels take five hours").isBetween(5L, 8L);
    }

    @Test
    void whereNineInTenComeAtOnceNobodyWaits() {
        List<Ready> ready = new ArrayList<>(tagged(0, 100));
        ready.addAll(labelled(0, "Ties", 91));
        assertThat(labels(ready)).isEqualTo(91);
    }

    @Test
    void onceItIsKnownHowLongLabelsTakeTheLastTenthIsWaitedForAsLong() {
        for (long hour = 0; hour < 100; hour++) {
            tagged(hour * HOUR, 100);
            labelled(hour * HOUR, "Ties", 91);
            if (hour >= 5) {
                labelled((hour - 5) * HOUR, "Shirts", 9);
            }
        }
        assertThat(labels(tagged(100 * HOUR, 100)) + labels(labelled(100 * HOUR, "Ties", 91)))
                .isZero();
    }

    private static long labels(List<Ready> ready) {
        return ready.stream().mapToLong(some -> some.tags().labelled()).sum();
    }
}
