package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.catalogtagger.streaming.drift.TagHistory.Entry;
import org.junit.jupiter.api.Test;

class TagHistoryTest {
    private final TagHistory history = new TagHistory();

    private double tags() {
        return history.entries().stream().mapToDouble(Entry::tags).sum();
    }

    @Test
    void aMillionTagsTakeAHundredEntriesTheNewestOnesWhole() {
        SplittableRandom random = new SplittableRandom(1);
        double right = 0;
        for (int i = 0; i < 1_000_000; i++) {
            int one = random.nextInt(2);
            right += one;
            history.add(i, 1, one, one);
        }
        assertThat(history.entries()).hasSizeLessThan(160);
        assertThat(tags()).isEqualTo(1_000_000);
        assertThat(history.rightBefore(Long.MAX_VALUE)).isEqualTo(right);
        assertThat(history.entries().stream()
                        .mapToDouble(entry -> entry.evidence(0))
                        .sum())
                .isCloseTo(right, within(1e-6));
        double newer = 0;
        for (int i = history.entries().size() - 1; i > 0; i--) {
            Entry entry = history.entries().get(i);
            assertThat(entry.tags()).isLessThanOrEqualTo(Math.max(1, newer / 4));
            newer += entry.tags();
        }
    }

    @Test
    void correctionsAreCountedWhereTheirTagsAre() {
        for (int i = 0; i < 1000; i++) {
            history.add(i, 10, 9);
        }
        double before = history.rightBefore(500);
        history.add(100, 0, -5);
        history.add(700, -1, -1);
        assertThat(history.rightBefore(500)).isEqualTo(before - 5);
        assertThat(history.rightBefore(Long.MAX_VALUE)).isEqualTo(8994);
        assertThat(tags()).isEqualTo(9999);
    }

    @Test
    void moreIsNotTakenBackThanThereIs() {
        history.add(1, 3, 2);
        history.add(1, -5, -5);
        assertThat(history.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.tags()).isZero();
            assertThat(entry.right()).isZero();
        });
    }
}
