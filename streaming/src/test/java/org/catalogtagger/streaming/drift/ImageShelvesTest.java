package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

class ImageShelvesTest {
    private static final long SINCE = 10_000;

    private final ImageShelves shelves = new ImageShelves();

    private void put(int from, int to, String label, String truth, boolean unfamiliar) {
        shelves.add(IntStream.range(from, to)
                .mapToObj(time -> new TagExample("images/0/" + time, time, label, truth, unfamiliar, ""))
                .toList());
    }

    private void put(int from, int to, String label, String truth, String segment) {
        shelves.add(IntStream.range(from, to)
                .mapToObj(time -> new TagExample("images/0/" + time, time, label, truth, false, segment))
                .toList());
    }

    private TypicalImages of(Kind kind, String label) {
        return shelves.of(alert(kind, label, SINCE));
    }

    private static DriftAlert alert(Kind kind, String label, long since) {
        return new DriftAlert(
                Status.OPEN, kind, label, "", "test", 0.8, 0.5, "", 100, since, since, since, since, "v1");
    }

    private static List<Long> times(List<TagExample> images) {
        return images.stream().map(TagExample::eventTime).toList();
    }

    @Test
    void ofEachTimeThereAreSomeHoweverManyCameSince() {
        put(0, 12_000, "Ties", "", false);
        TypicalImages images = of(Kind.PREDICTIONS, "Ties");
        assertThat(images.before()).hasSizeBetween(3, ImageShelves.SHOWN).allMatch(image -> image.eventTime() < SINCE);
        assertThat(images.after()).hasSize(ImageShelves.SHOWN).allMatch(image -> image.eventTime() >= SINCE);
        assertThat(times(images.after())).as("the newest first").first().isEqualTo(11_999L);
        assertThat(times(images.before())).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void saysWhichSegmentTheImagesAreOfThatMakeAChange() {
        put(0, 5, "Shirts", "Ties", "north");
        put(5, 10, "Shirts", "Ties", "south");
        put(20, 40, "Ties", "Ties", "south");
        put(10_000, 10_002, "Shirts", "Ties", "south");
        put(10_002, 10_009, "Shirts", "Ties", "north");
        assertThat(shelves.mostlyOf(alert(Kind.ACCURACY, "Ties", SINCE)))
                .as("not more than before, by two of nine")
                .isEmpty();
        put(10_009, 10_020, "Shirts", "Ties", "acme");
        assertThat(shelves.mostlyOf(alert(Kind.ACCURACY, "Ties", SINCE)))
                .matches("; of 9 such images since then 9 are of the segment acme, of [3-9] before 0");
        assertThat(shelves.mostlyOf(alert(Kind.CONFUSIONS, "Shirts", SINCE))).contains("acme");
        assertThat(shelves.mostlyOf(alert(Kind.ACCURACY, "Shirts", SINCE))).isEmpty();
        assertThat(shelves.mostlyOf(alert(Kind.UNKNOWN_LABEL, "Ties", SINCE))).isEmpty();
        assertThat(shelves.mostlyOf(alert(Kind.PREDICTIONS, "Shirts", SINCE)))
                .as("of a label that is rarer now")
                .isEmpty();
    }

    /** All are of one, or of none such it is known what they were of before. */
    @Test
    void whereSuchImagesAreNewNoSegmentIsNamed() {
        put(10_000, 10_020, "Shirts", "Ties", "north");
        assertThat(shelves.mostlyOf(alert(Kind.ACCURACY, "Ties", SINCE))).isEmpty();
    }

    @Test
    void imagesOfNoSegmentAreOfNone() {
        put(10_000, 10_020, "Shirts", "Ties", "");
        assertThat(shelves.mostlyOf(alert(Kind.ACCURACY, "Ties", SINCE))).isEmpty();
    }

    @Test
    void inTheLongRunOldOnesAreForgottenAndEachAgeHasSome() {
        put(0, 200_000, "Ties", "", false);
        assertThat(times(shelves.of(alert(Kind.PREDICTIONS, "Ties", 199_500)).before()))
                .hasSizeGreaterThan(4)
                .allMatch(time -> time > 150_000);
        assertThat(shelves.of(alert(Kind.PREDICTIONS, "Ties", 190_000)).before())
                .isNotEmpty();
    }

    @Test
    void aFallOfAllShowsWrongOnesOfManyClasses() {
        for (int i = 0; i < 20; i++) {
            put(9_000 + i, 9_003 + i, "class " + i, "class " + i, false);
            put(11_000 + i, 11_003 + i, "other", "class " + i, false);
        }
        TypicalImages images = of(Kind.ACCURACY, "");
        assertThat(images.before()).hasSize(9).allMatch(image -> image.label().equals(image.truth()));
        assertThat(images.before().stream().map(TagExample::truth)).doesNotHaveDuplicates();
        assertThat(images.after()).hasSize(9).allMatch(image -> image.label().equals("other"));
        assertThat(images.after().stream().map(TagExample::truth)).doesNotHaveDuplicates();
        assertThat(of(Kind.CALIBRATION, "")).as("of all too").isEqualTo(images);
        assertThat(of(Kind.CONFUSIONS, "other").after()).hasSize(9);
        assertThat(of(Kind.CONFUSIONS, "class 3").after()).isEmpty();
    }

    @Test
    void unfamiliarImagesAreShownOfProductsThatTheModelDoesNotKnow() {
        put(9_000, 9_100, "Ties", "", false);
        put(11_000, 11_100, "Ties", "", false);
        put(11_020, 11_025, "Ties", "", true);
        assertThat(times(of(Kind.FAMILIARITY, "").after()))
                .containsExactly(11_024L, 11_023L, 11_022L, 11_021L, 11_020L);
        assertThat(of(Kind.EXPECTED_ACCURACY, "").after())
                .as("of all tags, which make it")
                .hasSize(9);
        assertThat(of(Kind.FAMILIARITY, "").before()).isNotEmpty();
        assertThat(of(Kind.LABEL_SELECTION, "")).isEqualTo(TypicalImages.NONE);
    }

    @Test
    void ofAClassThatTheModelDoesNotKnowAllAreShown() {
        put(9_000, 9_003, "Ties", "Scarves", false);
        put(9_000, 9_003, "Ties", "Scarves", false);
        assertThat(of(Kind.UNKNOWN_LABEL, "Scarves").after()).as("each once").hasSize(3);
        assertThat(of(Kind.UNKNOWN_LABEL, "Scarves").before()).isEmpty();
    }

    @Test
    void whatComesLateIsWhereItBelongs() {
        put(11_000, 11_005, "Ties", "Shirts", false);
        put(9_000, 9_005, "Shirts", "Shirts", false);
        put(9_500, 9_505, "Shirts", "Shirts", false);
        assertThat(times(of(Kind.ACCURACY, "Shirts").before()))
                .startsWith(9_504L, 9_503L)
                .hasSize(9);
        assertThat(of(Kind.ACCURACY, "Ties")).isEqualTo(TypicalImages.NONE);
    }

    @Test
    void labelsOfFreeTextFillNothing() {
        put(9_000, 9_003, "Watches", "Watches", false);
        for (int i = 0; i < 10_000; i++) {
            put(11_000 + i, 11_001 + i, "Ties", "free text " + i, false);
        }
        assertThat(of(Kind.ACCURACY, "free text 1").after()).as("forgotten").isEmpty();
        assertThat(of(Kind.ACCURACY, "Watches").before()).as("of a class").hasSize(3);
        assertThat(of(Kind.UNKNOWN_LABEL, "free text 9999").after()).hasSize(1);
        assertThat(of(Kind.CONFUSIONS, "Ties").after()).hasSize(9);
    }
}
