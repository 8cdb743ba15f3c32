package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AccuracyCounterTest {
    private static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches");

    private record Labelled(TagOutcome tag, String truth) {}

    /** Sums that are emitted amid a correction: as many tags go as come, and they differ in their confidence. */
    @Test
    void confidencesAreThoseOfTheTagsThatAreLabelledHoweverTheirChangesWereGathered() {
        TagOutcome surer = new TagOutcome("v1", "", 0, 0.984375f, List.of("Ties"), 0.5f, 100, false);
        TagOutcome lessSure = new TagOutcome("v1", "", 0, 0.953125f, List.of("Ties"), 0.5f, 100, false);
        AccuracyCounter window = new AccuracyCounter();
        AccuracyCounter changes = new AccuracyCounter();
        changes.countLabelled(lessSure, "Ties", SampledTags.NOT_DECLARED, 0, 1);
        window.addWithin(100, changes.counts());
        AccuracyCounter more = new AccuracyCounter();
        more.countLabelled(surer, "Ties", SampledTags.NOT_DECLARED, 0, 1);
        more.countLabelled(lessSure, "Ties", SampledTags.NOT_DECLARED, 0, -1);
        more.countLabelled(lessSure, "Ties", SampledTags.NOT_DECLARED, 0, 1);
        AccuracyCounter merged = new AccuracyCounter();
        merged.add(more.counts());
        window.addWithin(100, merged.counts());
        assertThat(window.counts().bins()).last().isEqualTo(new AccuracyCounts.Bin(2, 0.984375 + 0.953125, 2));

        AccuracyCounter all = new AccuracyCounter();
        all.countLabelled(surer, "Ties", SampledTags.NOT_DECLARED, 0, -1);
        all.countLabelled(lessSure, "Ties", SampledTags.NOT_DECLARED, 0, -1);
        window.addWithin(100, all.counts());
        assertThat(window.counts().bins()).as("of none").isEmpty();
    }

    /** Labels by those who write whatever they like, and take half of it back again. */
    @Property(tries = 300)
    void howeverManyTruthsThereAreSoManyConfusionsAreKeptAndAllAreCounted(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int maxConfusions) {
        Random random = new Random(seed);
        AccuracyCounter bounded = new AccuracyCounter();
        AccuracyCounter all = new AccuracyCounter();
        List<Labelled> given = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            AccuracyCounter changes = new AccuracyCounter();
            for (int i = 0; i < 8; i++) {
                if (given.isEmpty() || random.nextInt(3) > 0) {
                    String label = CLASSES.get(random.nextInt(CLASSES.size()));
                    TagOutcome tag = new TagOutcome("v1", "", 0, 0.5f, List.of(label), 0.5f, 100, false);
                    String truth = random.nextInt(3) == 0 ? label : "text " + random.nextInt(40);
                    given.add(new Labelled(tag, truth));
                    changes.countTagged(tag);
                    changes.countLabelled(tag, truth, SampledTags.NOT_DECLARED, 5, 1);
                } else {
                    Labelled taken = given.remove(random.nextInt(given.size()));
                    changes.countLabelled(taken.tag(), taken.truth(), SampledTags.NOT_DECLARED, 5, -1);
                }
            }
            bounded.addWithin(maxConfusions, changes.counts());
            all.add(changes.counts());
            AccuracyMetrics found = AccuracyMetrics.of(bounded.counts());
            AccuracyMetrics expected = AccuracyMetrics.of(all.counts());
            assertThat(found.tagged()).isEqualTo(expected.tagged());
            assertThat(found.support()).isEqualTo(expected.support()).isEqualTo(given.size());
            assertThat(found.correct()).isEqualTo(expected.correct());
            assertThat(bounded.counts().confusion().values())
                    .allSatisfy(row -> assertThat(row.labels().values()).allMatch(count -> count > 0));
            assertThat(bounded.counts().confusion().values().stream()
                            .mapToInt(row -> row.labels().size())
                            .sum())
                    .as("those kept, those of others, and those that are right")
                    .isLessThanOrEqualTo(maxConfusions + 2 * CLASSES.size());
        }
    }
}
