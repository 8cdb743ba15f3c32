package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GroundTest {
    @Test
    void aPictureOfOneLevelIsKeptWhole() {
        byte[] gray = new byte[12];
        Arrays.fill(gray, (byte) 200);
        assertThat(Ground.of(ByteBuffer.wrap(gray), 4, 3, Colors.GRAY)).contains(new Ground(List.of(200), 0, 0, 4, 3));
        assertThat(Ground.of(ByteBuffer.wrap(new byte[] {7}), 1, 1, Colors.GRAY))
                .contains(new Ground(List.of(7), 0, 0, 1, 1));
    }

    @Test
    void aPictureMayHaveNoUniformGround() {
        byte[] gray = new byte[30 * 30];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % 2 == 0 ? i * 7 : 255 - i);
        }
        assertThat(Ground.of(ByteBuffer.wrap(gray), 30, 30, Colors.GRAY)).isEmpty();
    }

    @Test
    void noiseOnTheGroundIsGround() {
        byte[] gray = new byte[20 * 20];
        Random random = new Random(1);
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (255 - random.nextInt(Ground.TOLERANCE));
        }
        gray[5 * 20 + 7] = 0;
        gray[9 * 20 + 3] = 0;
        Ground ground = Ground.of(ByteBuffer.wrap(gray), 20, 20, Colors.GRAY).orElseThrow();
        assertThat(ground).isEqualTo(new Ground(ground.levels(), 3, 5, 8, 10));
    }

    @Property(tries = 500)
    void findsTheBoxThatCountingAllPixelsFinds(
            @ForAll Colors colors,
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(max = 20) int specks,
            @ForAll long seed) {
        Random random = new Random(seed);
        int channels = colors.channels();
        byte[] samples = new byte[channels * width * height];
        byte[] ground = new byte[channels];
        random.nextBytes(ground);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = ground[i % channels];
        }
        for (int i = 0; i < specks; i++) {
            samples[random.nextInt(samples.length)] = (byte) random.nextInt(256);
        }
        List<Integer> levels = IntStream.range(0, channels)
                .map(channel -> medianOfOutline(samples, width, channel, channels))
                .boxed()
                .toList();
        assertThat(Ground.of(ByteBuffer.wrap(samples), width, height, colors))
                .isEqualTo(bruteForce(samples, width, height, levels));
    }

    /** Of one luma: gray levels would see nothing of it. */
    @Test
    void aProductOfAnotherColourIsNotGround() {
        byte[] samples = new byte[3 * 9];
        for (int pixel = 0; pixel < 9; pixel++) {
            Colors.RGB.put(128, samples, pixel);
        }
        Colors.RGB.put(255, 88, 3, samples, 4);
        assertThat(Colors.luma(255, 88, 3)).isEqualTo(128);
        assertThat(Ground.of(ByteBuffer.wrap(samples), 3, 3, Colors.RGB))
                .contains(new Ground(List.of(128, 128, 128), 1, 1, 2, 2));
    }

    private static int medianOfOutline(byte[] samples, int width, int channel, int channels) {
        int pixels = samples.length / channels;
        int[] outline = IntStream.range(0, pixels)
                .filter(i -> i < width || i >= pixels - width || i % width == 0 || i % width == width - 1)
                .map(i -> samples[channels * i + channel] & 0xFF)
                .sorted()
                .toArray();
        return outline[(outline.length - 1) / 2];
    }

    private static Optional<Ground> bruteForce(byte[] samples, int width, int height, List<Integer> levels) {
        int border = 0;
        int alike = 0;
        int[] box = {width, height, 0, 0};
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean far = false;
                for (int channel = 0; channel < levels.size(); channel++) {
                    int level = samples[levels.size() * (y * width + x) + channel] & 0xFF;
                    far |= Math.abs(level - levels.get(channel)) > Ground.TOLERANCE;
                }
                if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
                    border++;
                    alike += far ? 0 : 1;
                }
                if (far) {
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x + 1);
                    box[3] = Math.max(box[3], y + 1);
                }
            }
        }
        if (2 * alike < border) {
            return Optional.empty();
        }
        return Optional.of(
                box[2] == 0
                        ? new Ground(levels, 0, 0, width, height)
                        : new Ground(levels, box[0], box[1], box[2], box[3]));
    }
}
