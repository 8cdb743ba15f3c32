package org.catalogtagger.streaming.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPictureTest {
    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png"})
    void aLargeImageIsShrunk(String format) throws IOException {
        byte[] shrunk = SmallPicture.of(image(1500, 2000, format)).orElseThrow();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(shrunk));
        assertThat(picture.getHeight()).isBetween(160, 320);
        assertThat((double) picture.getWidth() / picture.getHeight()).isBetween(0.7, 0.8);
    }

    @Test
    void aSmallImageStaysAsItIs() throws IOException {
        byte[] small = image(60, 80, "jpg");
        assertThat(SmallPicture.of(small)).contains(small);
    }

    @Test
    void whatIsNoImageIsNoPicture() throws IOException {
        byte[] large = image(1500, 2000, "jpg");
        assertThat(SmallPicture.of("<svg onload='alert(1)'/>".getBytes(UTF_8))).isEmpty();
        assertThat(SmallPicture.of(new byte[0])).isEmpty();
        assertThat(SmallPicture.of(Arrays.copyOf(large, 300))).isEmpty();
        assertThat(SmallPicture.of(image(100, 100, "gif"))).isEmpty();
    }

    private static byte[] image(int width, int height, String format) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 5000; i++) {
            image.setRGB(random.nextInt(width), random.nextInt(height), random.nextInt());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }
}
