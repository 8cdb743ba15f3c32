package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.junit.jupiter.api.Test;

class LabelledTagsTest {
    private static final int BIN = 13;
    private static final double DECLARED = 0.5;

    private final AccuracyCounter counter = new AccuracyCounter();

    @Test
    void ofThousandsOfClassesEachIsCounted() {
        LabelledTags all = new LabelledTags();
        for (int i = 0; i < 4096; i++) {
            AccuracyCounter one = new AccuracyCounter();
            TagOutcome wrong = new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.9f, 200, false);
            one.countLabelled(wrong, "class " + i, SampledTags.NOT_DECLARED, 0, 1);
            all.add(LabelledTags.notAudited(one.counts()));
        }
        assertThat(all.byTruth()).hasSize(4096).doesNotContainKey(AccuracyCounter.OTHER_TRUTHS);
    }

    private void label(String truth, boolean audited, double probability, int sign) {
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.9f, 200, audited);
        counter.countLabelled(tag, truth, probability, 0, sign);
    }

    private LabelledTags notAudited() {
        return LabelledTags.notAudited(counter.counts());
    }

    private LabelledTags audited() {
        return LabelledTags.audited(counter.counts());
    }

    private static void assertBin(LabelledTags tags, long count, long correct) {
        Bin bin = tags.bins().get(BIN);
        assertThat(bin.count()).isEqualTo(count);
        assertThat(bin.correct()).isEqualTo(correct);
        assertThat(bin.confidence()).isCloseTo(0.9 * count, within(1e-6));
    }

    @Test
    void ofAllTogetherItIsKnownHowManyOfAConfidenceAreRight() {
        label("Ties", false, SampledTags.NOT_DECLARED, 1);
        label("Shirts", false, DECLARED, 1);
        label("Ties", true, SampledTags.NOT_DECLARED, 1);
        assertBin(notAudited(), 3, 2);
        assertThat(audited().bins()).as("they are among those").isEmpty();
        assertThat(notAudited().labelledByConfidence()[BIN])
                .as("of what nobody knows how it was chosen")
                .isEqualTo(1);
        assertBin(notAudited().eachForItself(), 3, 2);
        assertThat(notAudited().declaredOnly().bins()).isEmpty();
    }

    @Test
    void whereAnAuditAloneIsLabelledItIsKnownOfTheAudit() {
        label("Ties", true, SampledTags.NOT_DECLARED, 1);
        label("Shirts", true, SampledTags.NOT_DECLARED, 1);
        assertBin(audited(), 2, 1);
        assertThat(notAudited().bins()).isEmpty();
    }

    @Test
    void correctionsAreTheNetChange() {
        label("Ties", false, SampledTags.NOT_DECLARED, -1);
        label("Shirts", false, SampledTags.NOT_DECLARED, 1);
        assertBin(notAudited(), 0, -1);
        LabelledTags sum = new LabelledTags();
        sum.add(notAudited());
        assertThat(sum.isNothing()).isFalse();
        AccuracyCounter before = new AccuracyCounter();
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.9f, 200, false);
        before.countLabelled(tag, "Ties", SampledTags.NOT_DECLARED, 0, 1);
        sum.add(LabelledTags.notAudited(before.counts()));
        assertBin(sum, 1, 0);
    }

    @Test
    void ofAnAuditTooWhoseNetChangeIsNoTag() {
        label("Ties", true, SampledTags.NOT_DECLARED, -1);
        label("Shirts", true, SampledTags.NOT_DECLARED, 1);
        assertBin(audited(), 0, -1);
    }
}
