package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.monitor.AccuracyChange.Kind;
import org.junit.jupiter.api.Test;

/** The examples that go with the sums. */
class PaneSumsTest {
    private final PaneSums sums = new PaneSums();

    private static TagOutcome tag(int offset, String label, float familiarity) {
        return new TagOutcome(
                "v1", "shop", offset, 0.9f, List.of(label), 0.8f, 200, false, familiarity, "images/0/" + offset, 0);
    }

    private void tagged(TagOutcome tag) {
        sums.add(Series.ofAll("v1"), 0, AccuracyChange.tagged(tag));
    }

    private void labelled(Kind kind, TagOutcome tag, String truth) {
        sums.add(Series.ofAll("v1"), 0, new AccuracyChange(kind, tag, truth, 0, SampledTags.NOT_DECLARED));
    }

    private List<TagExample> examples() {
        List<TagExample> all = new ArrayList<>();
        sums.emit(pane -> all.addAll(pane.examples()));
        return all;
    }

    @Test
    void areTheFirstOfEachAnswerAndBeginAnewWithTheSums() {
        for (int i = 0; i < 1000; i++) {
            tagged(tag(i, i % 2 == 0 ? "Ties" : "Shirts", i == 998 ? 0.01f : 0.5f));
            labelled(Kind.LABELLED, tag(i, "Ties", 0.5f), i % 10 == 9 ? "Shirts" : "Ties");
        }
        assertThat(examples())
                .containsExactlyInAnyOrder(
                        new TagExample("images/0/0", 0, "Ties", "", false, "shop"),
                        new TagExample("images/0/1", 1, "Shirts", "", false, "shop"),
                        new TagExample("images/0/998", 998, "Ties", "", true, "shop"),
                        new TagExample("images/0/0", 0, "Ties", "Ties", false, "shop"),
                        new TagExample("images/0/9", 9, "Ties", "Shirts", false, "shop"));
        tagged(tag(1000, "Ties", 0.5f));
        assertThat(examples()).extracting(TagExample::sourceRecord).containsExactly("images/0/1000");
    }

    @Test
    void areNoneOfWhatIsTakenBackOrOfWhichNobodyKnowsWhereItLies() {
        labelled(Kind.LABELLED, tag(1, "Ties", 0.5f), "Shirts");
        labelled(Kind.UNLABELLED, tag(1, "Ties", 0.5f), "Shirts");
        tagged(new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.8f, 200, false));
        assertThat(examples()).isEmpty();
    }

    @Test
    void areNoneOfASegment() {
        sums.add(new Series("v1", "shop"), 0, AccuracyChange.tagged(tag(1, "Ties", 0.5f)));
        assertThat(examples()).isEmpty();
    }

    @Test
    void areFewHoweverManyLabelsThereAre() {
        for (int i = 0; i < 5000; i++) {
            tagged(tag(i, "class " + i, Float.NaN));
            labelled(Kind.LABELLED, tag(i, "class " + i, Float.NaN), "free text " + i);
        }
        assertThat(examples()).hasSizeLessThanOrEqualTo(64).anyMatch(example -> !example.truth()
                .isEmpty());
    }
}
