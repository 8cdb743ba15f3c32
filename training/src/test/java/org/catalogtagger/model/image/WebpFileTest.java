package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The structure of WebPs, whose pictures are no more than their headers. */
class WebpFileTest {
    private static final int ANIMATED = 0x02;
    private static final int TRANSPARENT = 0x10;
    private static final byte[] BACKGROUND = chunk("ANIM", new byte[6]);

    @Test
    void takesTheFirstPictureOfAnAnimation() throws Exception {
        WebpFile file =
                parse(canvas(ANIMATED, 20, 10), BACKGROUND, picture(2, 4, 8, 6, false), picture(0, 0, 20, 10, false));
        assertThat(file.canvasWidth()).isEqualTo(20);
        assertThat(file.frame().left()).isEqualTo(2);
        assertThat(file.frame().top()).isEqualTo(4);
        assertThat(file.frame().width()).isEqualTo(8);
    }

    @Test
    void ofAnAnimationTheCanvasSaysWhetherOpacityCounts() throws Exception {
        byte[] opaque = picture(0, 0, 20, 10, false);
        byte[] clear = picture(0, 0, 20, 10, true);
        WebpFile counts = parse(canvas(ANIMATED | TRANSPARENT, 20, 10), BACKGROUND, opaque);
        assertThat(counts.frame().transparent()).isTrue();
        // What the picture says of itself is what the decoder goes by.
        assertThat(counts.still()[12 + 8 + 4] & 0x10).isNotZero();
        WebpFile doesNot = parse(canvas(ANIMATED, 20, 10), BACKGROUND, clear);
        assertThat(doesNot.frame().transparent()).isFalse();
        assertThat(doesNot.transparent()).isFalse();
    }

    @Test
    void aStillPictureSaysItself() throws Exception {
        assertThat(parse(canvas(0, 20, 10), lossless(20, 10, true)).frame().transparent())
                .isTrue();
        assertThat(parse(canvas(TRANSPARENT, 20, 10), lossless(20, 10, false))
                        .frame()
                        .transparent())
                .isFalse();
    }

    @Test
    void refusesAnAnimationWithoutItsHeader() {
        assertThatThrownBy(() -> parse(canvas(ANIMATED, 20, 10), picture(0, 0, 20, 10, false)))
                .hasMessageContaining("animation is damaged");
        assertThatThrownBy(() -> parse(canvas(0, 20, 10), BACKGROUND, picture(0, 0, 20, 10, false)))
                .hasMessageContaining("animation is damaged");
    }

    @Test
    void refusesALaterPictureThatDoesNotLieOnTheCanvas() {
        byte[] first = picture(0, 0, 20, 10, false);
        assertThatThrownBy(() -> parse(canvas(ANIMATED, 20, 10), BACKGROUND, first, picture(14, 0, 8, 6, false)))
                .hasMessageContaining("does not lie on its canvas");
        assertThatThrownBy(() -> parse(canvas(ANIMATED, 20, 10), BACKGROUND, first, picture(0, 6, 8, 6, false)))
                .hasMessageContaining("does not lie on its canvas");
    }

    @Test
    void refusesAStillPictureOfAnotherSizeThanItsCanvas() {
        assertThatThrownBy(() -> parse(canvas(0, 20, 10), lossless(20, 9, false)))
                .hasMessageContaining("another size than its canvas");
    }

    private static WebpFile parse(byte[]... chunks) throws UnreadableImageException {
        byte[] all = joined(chunks);
        ByteBuffer file = ByteBuffer.allocate(12 + all.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(4 + all.length).put(ascii("WEBP")).put(all);
        return WebpFile.parse(file.array(), ImageLimits.DEFAULT);
    }

    private static byte[] canvas(int flags, int width, int height) {
        return chunk("VP8X", new byte[] {(byte) flags, 0, 0, 0, (byte) (width - 1), 0, 0, (byte) (height - 1), 0, 0});
    }

    /** Of an animation, at an even place. */
    private static byte[] picture(int left, int top, int width, int height, boolean opacityCounts) {
        byte[] place = new byte[16];
        place[0] = (byte) (left / 2);
        place[3] = (byte) (top / 2);
        place[6] = (byte) (width - 1);
        place[9] = (byte) (height - 1);
        return chunk("ANMF", joined(place, lossless(width, height, opacityCounts)));
    }

    private static byte[] lossless(int width, int height, boolean opacityCounts) {
        ByteBuffer header = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        header.put((byte) 0x2F).putInt((width - 1) | (height - 1) << 14 | (opacityCounts ? 1 << 28 : 0));
        return chunk("VP8L", header.array());
    }

    private static byte[] chunk(String name, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(8 + content.length).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.put(ascii(name)).putInt(content.length).put(content).array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
