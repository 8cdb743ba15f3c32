package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.bundle.Json;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    private static final byte[] LEVELS = {0, 51, (byte) 255};

    @Test
    void noneKeepsUnsignedLevels() {
        assertThat(apply(new Normalization.None(), LEVELS)).containsExactly(0, 51, 255);
    }

    @Test
    void dividesBy255() {
        assertThat(apply(new Normalization.DivideBy255(), LEVELS)).containsExactly(0, 0.2f, 1);
    }

    @Test
    void standardizesEachPixelToMeanZeroAndVarianceOne() {
        Random random = new Random(0);
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            images.add(new byte[] {(byte) random.nextInt(256), (byte) (100 + random.nextInt(100))});
        }
        Normalization normalization = Normalization.Kind.STANDARDIZE.fit(images);
        for (int pixel = 0; pixel < 2; pixel++) {
            int p = pixel;
            double mean = images.stream()
                    .mapToDouble(i -> apply(normalization, i)[p])
                    .average()
                    .orElseThrow();
            double variance = images.stream()
                    .mapToDouble(i -> Math.pow(apply(normalization, i)[p] - mean, 2))
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0, within(1e-4));
            assertThat(variance).isCloseTo(1, within(1e-3));
        }
    }

    @Test
    void doesNotBlowUpPixelsThatHardlyVary() {
        Normalization normalization =
                Normalization.Kind.STANDARDIZE.fit(List.of(new byte[] {(byte) 255}, new byte[] {(byte) 254}));
        assertThat(Math.abs(apply(normalization, new byte[] {(byte) 250})[0])).isLessThan(1);
    }

    @Test
    void standardizeSurvivesJson() throws Exception {
        Normalization fitted = Normalization.Kind.STANDARDIZE.fit(List.of(LEVELS, new byte[] {9, 8, 7}));
        String json = Json.MAPPER.writerFor(Normalization.class).writeValueAsString(fitted);
        Normalization read = Json.MAPPER.readValue(json, Normalization.class);
        assertThat(apply(read, LEVELS)).isEqualTo(apply(fitted, LEVELS));
    }

    @Test
    void centerAndScaleDividesAllPixelsByOneDeviation() {
        byte[] darker = {0, 0, 0};
        byte[] brighter = {20, 60, 100};
        Normalization fitted = Normalization.Kind.CENTER_AND_SCALE.fit(List.of(darker, brighter));
        // Deviations of 10, 30 and 50 around 10, 30 and 50.
        assertThat(apply(fitted, brighter)).containsExactly(new float[] {10 / 30f, 30 / 30f, 50 / 30f}, within(1e-6f));
    }

    /** Else an image that is seen mirrored would be one that training never saw: its constants are each of a place. */
    @Test
    void inputsOfTheMirrorImageAreThoseOfTheMirroredSamples() {
        Random random = new Random(2);
        for (Normalization normalization : List.of(
                new Normalization.None(),
                new Normalization.DivideBy255(),
                Normalization.Kind.STANDARDIZE.fit(randomImages(random, 9)),
                Normalization.Kind.CENTER_AND_SCALE.fit(randomImages(random, 9)))) {
            for (byte[] image : randomImages(random, 20)) {
                float[] mirror = new float[image.length];
                normalization.mirror(apply(normalization, image), 5, mirror);
                assertThat(mirror)
                        .as("by %s", normalization)
                        .containsExactly(apply(normalization, mirrored(image)), within(1e-3f));
            }
        }
    }

    /** Of three planes of 5x4. */
    private static List<byte[]> randomImages(Random random, int count) {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(new byte[60]);
            random.nextBytes(images.get(i));
        }
        return images;
    }

    private static byte[] mirrored(byte[] image) {
        byte[] mirror = new byte[image.length];
        for (int row = 0; row < 12; row++) {
            for (int column = 0; column < 5; column++) {
                mirror[row * 5 + column] = image[row * 5 + 4 - column];
            }
        }
        return mirror;
    }

    @Test
    void refusesConstantsThatDoNotFit() {
        assertThatThrownBy(() -> new Normalization.Standardize(new float[2], new float[3]))
                .hasMessageContaining("2 means but 3");
        assertThatThrownBy(() -> new Normalization.Standardize(new float[1], new float[1]))
                .hasMessageContaining("sample 0");
    }

    private static float[] apply(Normalization normalization, byte[] pixels) {
        float[] inputs = new float[pixels.length];
        normalization.normalize(pixels, inputs);
        return inputs;
    }
}
