package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
        assertThat(Ground.of(gray, 4, 3)).contains(new Ground(200, 0, 0, 4, 3));
        assertThat(Ground.of(new byte[] {7}, 1, 1)).contains(new Ground(7, 0, 0, 1, 1));
    }

    @Test
    void aPictureMayHaveNoUniformGround() {
        byte[] gray = new byte[30 * 30];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = (byte) (i % 2 == 0 ? i * 7 : 255 - i);
        }
        assertThat(Ground.of(gray, 30, 30)).isEmpty();
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
        Ground ground = Ground.of(gray, 20, 20).orElseThrow();
        assertThat(ground).isEqualTo(new Ground(ground.level(), 3, 5, 8, 10));
    }

    @Property(tries = 500)
    void findsTheBoxThatCountingAllPixelsFinds(
            @ForAll @IntRange(min = 1, max = 12) int width,
            @ForAll @IntRange(min = 1, max = 12) int height,
            @ForAll @IntRange(max = 20) int specks,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] gray = new byte[width * height];
        int level = random.nextInt(256);
        Arrays.fill(gray, (byte) level);
        for (int i = 0; i < specks; i++) {
            gray[random.nextInt(gray.length)] = (byte) random.nextInt(256);
        }
        assertThat(Ground.of(gray, width, height))
                .isEqualTo(bruteForce(gray, width, height, medianOfOutline(gray, width)));
    }

    private static int medianOfOutline(byte[] gray, int width) {
        int[] outline = IntStream.range(0, gray.length)
                .filter(i -> i < width || i >= gray.length - width || i % width == 0 || i % width == width - 1)
                .map(i -> gray[i] & 0xFF)
                .sorted()
                .toArray();
        return outline[(outline.length - 1) / 2];
    }

    private static Optional<Ground> bruteForce(byte[] gray, int width, int height, int level) {
        int border = 0;
        int alike = 0;
        int[] box = {width, height, 0, 0};
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean far = Math.abs((gray[y * width + x] & 0xFF) - level) > Ground.TOLERANCE;
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
                        ? new Ground(level, 0, 0, width, height)
                        : new Ground(level, box[0], box[1], box[2], box[3]));
    }
}
