package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BrightnessTest {
    @Test
    void countsImagesByTheirMeanGrayLevel() {
        byte white = (byte) 255;
        List<Long> images = Brightness.of(Stream.of(
                        new byte[] {0, 0}, new byte[] {white, white}, new byte[] {0, white}, new byte[] {7, 8}))
                .images();
        assertThat(images).hasSize(Brightness.BINS);
        assertThat(images.get(0)).as("0 and 7.5").isEqualTo(2);
        assertThat(images.get(15)).as("127.5").isEqualTo(1);
        assertThat(images.get(31)).as("255").isEqualTo(1);
        assertThat(images.stream().mapToLong(Long::longValue).sum()).isEqualTo(4);
    }

    @Test
    void refusesWhatIsNoHistogram() {
        for (List<Long> images : List.of(List.of(1L), Collections.nCopies(Brightness.BINS, -1L))) {
            assertThatThrownBy(() -> new Brightness(images))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32 counts");
        }
        assertThat(new Brightness(List.of())).isEqualTo(Brightness.UNKNOWN);
    }
}
