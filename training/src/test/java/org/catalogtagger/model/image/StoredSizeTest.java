package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredSizeTest {
    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "bmp", "tiff"})
    void isWhatTheEncoderWasGiven(String format) throws Exception {
        byte[] file = encode(format, 37, 301);
        assertThat(StoredSize.of(file, ImageLimits.DEFAULT)).isEqualTo(new StoredSize(37, 301));
        assertThatThrownBy(() -> StoredSize.of(Arrays.copyOf(file, 7), ImageLimits.DEFAULT))
                .isInstanceOf(UnreadableImageException.class);
    }

    @Test
    void otherFilesHaveNone() {
        assertThatThrownBy(() -> StoredSize.of("%PDF-1.7".getBytes(StandardCharsets.UTF_8), ImageLimits.DEFAULT))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("PDF");
    }

    private static byte[] encode(String format, int width, int height) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        assertThat(ImageIO.write(image, format, file)).isTrue();
        return file.toByteArray();
    }
}
