package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a WebP holds (RFC 9649): its canvas, and its only or first picture, of which a file is made anew for the decoder.
 *
 * @param canvasWidth in pixels
 * @param canvasHeight in pixels
 * @param frame the first picture and its place
 * @param transparent whether the canvas is where there is no picture; else it is black
 * @param orientation how the canvas is to be turned
 */
record WebpFile(int canvasWidth, int canvasHeight, boolean transparent, Frame frame, Orientation orientation) {
    private static final int ANIMATED = 0x02;
    private static final int TRANSPARENT = 0x10;
    private static final int RIFF_HEADER = 12;

    /** Of a lossless picture's header: whether its opacity counts. */
    private static final int OPACITY_BYTE = 4;

    private static final int OPACITY_BIT = 0x10;

    /** The content of a chunk {@code VP8X}. */
    private static final int CANVAS_BYTES = 10;

    /** Of a chunk {@code ANIM}: colour and number of loops. */
    private static final int ANIMATION_BYTES = 6;

    /** A lossless picture is decoded in a buffer of its own, of four bytes a pixel. */
    private static final int LOSSLESS_BYTES_A_PIXEL = 4;

    /**
     * One picture.
     *
     * @param left its place on the canvas, in pixels
     * @param top the same
     * @param data the content of its chunk {@code VP8} or {@code VP8L}
     * @param transparent whether its opacity counts
     * @param alpha the content of its chunk {@code ALPH}, which is decoded also if it does not count, and may be damaged
     */
    record Frame(
            int left,
            int top,
            int width,
            int height,
            boolean lossless,
            boolean transparent,
            ByteBuffer data,
            Optional<ByteBuffer> alpha) {
        /** Whether four samples a pixel are decoded. */
        boolean hasOpacity() {
            return transparent || alpha.isPresent();
        }
    }

    static WebpFile parse(byte[] webp, ImageLimits limits) throws UnreadableImageException {
        ByteBuffer file = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        long size = Integer.toUnsignedLong(file.getInt(4));
        if (size < RIFF_HEADER || size + 8 > webp.length || (size & 1) != 0) {
            throw corrupt("cut off: it states %,d bytes and has %,d".formatted(size + 8, webp.length));
        }
        file.limit((int) size + 8).position(RIFF_HEADER);
        return new Parser(file.slice().order(ByteOrder.LITTLE_ENDIAN), limits).parse();
    }

    /** Whether the picture is as large as the canvas. */
    boolean fillsCanvas() {
        return frame.width() == canvasWidth && frame.height() == canvasHeight;
    }

    /** Whether it is to be shown as the picture is stored. */
    boolean isPlain() {
        return fillsCanvas() && orientation == Orientation.UPRIGHT;
    }

    /** A file of nothing but the picture. */
    byte[] still() {
        int length = RIFF_HEADER + chunkBytes(frame.data());
        if (frame.alpha().isPresent()) {
            length += 8 + CANVAS_BYTES + chunkBytes(frame.alpha().get());
        }
        ByteBuffer still = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        still.put(ascii("RIFF")).putInt(length - 8).put(ascii("WEBP"));
        if (frame.alpha().isPresent()) {
            ByteBuffer extended = ByteBuffer.allocate(CANVAS_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            extended.putInt(TRANSPARENT);
            put24(extended, frame.width() - 1);
            put24(extended, frame.height() - 1);
            put(still, "VP8X", extended.flip());
            put(still, "ALPH", frame.alpha().get());
        }
        int picture = still.position() + 8;
        put(still, frame.lossless() ? "VP8L" : "VP8 ", frame.data());
        if (frame.lossless() && frame.transparent()) {
            still.put(picture + OPACITY_BYTE, (byte) (still.get(picture + OPACITY_BYTE) | OPACITY_BIT));
        }
        return still.array();
    }

    private static int chunkBytes(ByteBuffer content) {
        return 8 + content.limit() + (content.limit() & 1);
    }

    private static void put(ByteBuffer riff, String name, ByteBuffer content) {
        riff.put(ascii(name)).putInt(content.limit()).put(content.duplicate());
        if ((content.limit() & 1) != 0) {
            riff.put((byte) 0);
        }
    }

    private static void put24(ByteBuffer buffer, int value) {
        buffer.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class Parser {
        private final ByteBuffer chunks;
        private final ImageLimits limits;
        private int canvasWidth;
        private int canvasHeight;
        private boolean animated;
        private boolean transparent;

        /** Whether a chunk {@code ANIM} came, which must, before an animation's pictures. */
        private boolean background;

        private @Nullable Frame frame;
        private byte[] exif = {};

        Parser(ByteBuffer chunks, ImageLimits limits) {
            this.chunks = chunks;
            this.limits = limits;
        }

        WebpFile parse() throws UnreadableImageException {
            ByteBuffer alpha = null;
            while (chunks.hasRemaining()) {
                Chunk chunk = next(chunks);
                switch (chunk.name) {
                    case "VP8X" -> takeCanvas(chunk.content);
                    case "ANIM" -> background = chunk.content.limit() >= ANIMATION_BYTES;
                    case "ALPH" -> alpha = chunk.content;
                    case "VP8 ", "VP8L" -> {
                        if (animated || frame != null) {
                            throw corrupt("it has a picture too many");
                        }
                        frame = frame(chunk, alpha, 0, 0);
                    }
                    case "ANMF" -> {
                        // Where a later one is damaged, the bytes of the first may be too.
                        Frame next = animationFrame(chunk.content);
                        frame = frame == null ? next : frame;
                    }
                    case "EXIF" -> exif = chunk.bytes();
                    default -> {}
                }
            }
            if (frame == null) {
                throw corrupt("it has no picture");
            }
            checkCanvas(frame);
            return new WebpFile(canvasWidth, canvasHeight, transparent, frame, Orientation.ofExif(withoutPrefix(exif)));
        }

        private void checkCanvas(Frame first) throws UnreadableImageException {
            if (canvasWidth == 0) {
                canvasWidth = first.width;
                canvasHeight = first.height;
            }
            if (!animated && (first.width != canvasWidth || first.height != canvasHeight)) {
                throw corrupt("its picture has another size than its canvas");
            }
        }

        private void takeCanvas(ByteBuffer content) throws UnreadableImageException {
            if (content.limit() != CANVAS_BYTES || canvasWidth != 0 || frame != null) {
                throw corrupt("its header is damaged");
            }
            animated = (content.get(0) & ANIMATED) != 0;
            transparent = (content.get(0) & TRANSPARENT) != 0;
            canvasWidth = 1 + get24(content, 4);
            canvasHeight = 1 + get24(content, 7);
            DecodingCost.checkSize(canvasWidth, canvasHeight, limits);
        }

        private Frame animationFrame(ByteBuffer content) throws UnreadableImageException {
            if (!animated || !background || content.limit() < 16) {
                throw corrupt("a picture of its animation is damaged");
            }
            int left = 2 * get24(content, 0);
            int top = 2 * get24(content, 3);
            int width = 1 + get24(content, 6);
            int height = 1 + get24(content, 9);
            if (left + width > canvasWidth || top + height > canvasHeight) {
                throw corrupt("a picture of its animation does not lie on its canvas");
            }
            content.position(16);
            ByteBuffer alpha = null;
            while (content.hasRemaining()) {
                Chunk chunk = next(content);
                if (chunk.name.equals("ALPH")) {
                    alpha = chunk.content;
                } else if (chunk.name.startsWith("VP8")) {
                    Frame first = frame(chunk, alpha, left, top);
                    if (first.width != width || first.height != height) {
                        throw corrupt("a picture of its animation has another size than it states");
                    }
                    return first;
                } else {
                    throw corrupt("a picture of its animation has an unknown part before it");
                }
            }
            throw corrupt("a picture of its animation is empty");
        }

        private Frame frame(Chunk chunk, @Nullable ByteBuffer alpha, int left, int top)
                throws UnreadableImageException {
            ByteBuffer data = chunk.content;
            boolean lossless = chunk.name.equals("VP8L");
            int width;
            int height;
            boolean opacityCounts;
            if (lossless) {
                int bits = data.limit() > 5 ? data.getInt(1) : -1;
                if (data.get(0) != 0x2F || bits >>> 29 != 0) {
                    throw corrupt("its lossless picture is damaged");
                }
                width = 1 + (bits & 0x3FFF);
                height = 1 + ((bits >> 14) & 0x3FFF);
                // Of an animation the canvas decides, whatever its pictures say.
                opacityCounts = animated ? transparent : ((bits >> 28) & 1) != 0;
            } else {
                if (data.limit() < 10 || (data.get(0) & 1) != 0 || get24(data, 3) != 0x2A019D) {
                    throw corrupt("its lossy picture is damaged");
                }
                width = data.getShort(6) & 0x3FFF;
                height = data.getShort(8) & 0x3FFF;
                opacityCounts = alpha != null && (transparent || !animated);
            }
            DecodingCost.checkSize(width, height, limits);
            if (lossless || alpha != null) {
                DecodingCost.check(
                        (long) width * height * (LOSSLESS_BYTES_A_PIXEL + (opacityCounts || alpha != null ? 2 : 0)),
                        DecodingCost.MAX_EXTRA_BYTES,
                        "bytes beyond its pixels");
            }
            Optional<ByteBuffer> opacity = lossless ? Optional.empty() : Optional.ofNullable(alpha);
            return new Frame(left, top, width, height, lossless, opacityCounts, data, opacity);
        }

        /** An application may have put a JPEG's prefix before the data. */
        private static byte[] withoutPrefix(byte[] exif) {
            ByteBuffer prefix = ByteBuffer.wrap(exif, 0, Math.min(6, exif.length));
            if (!prefix.equals(ByteBuffer.wrap(ascii("Exif\0\0")))) {
                return exif;
            }
            byte[] rest = new byte[exif.length - 6];
            System.arraycopy(exif, 6, rest, 0, rest.length);
            return rest;
        }

        private static Chunk next(ByteBuffer chunks) throws UnreadableImageException {
            if (chunks.remaining() < 8) {
                throw corrupt("its last chunk is cut off");
            }
            byte[] name = new byte[4];
            chunks.get(name);
            long length = Integer.toUnsignedLong(chunks.getInt());
            if (length + (length & 1) > chunks.remaining()) {
                throw corrupt("cut off: a chunk of %,d bytes ends beyond the file".formatted(length));
            }
            ByteBuffer content = chunks.slice(chunks.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
            chunks.position(chunks.position() + (int) (length + (length & 1)));
            return new Chunk(new String(name, StandardCharsets.ISO_8859_1), content);
        }

        private static int get24(ByteBuffer buffer, int at) {
            return (buffer.get(at) & 0xFF) | ((buffer.get(at + 1) & 0xFF) << 8) | ((buffer.get(at + 2) & 0xFF) << 16);
        }

        private record Chunk(String name, ByteBuffer content) {
            byte[] bytes() {
                byte[] bytes = new byte[content.limit()];
                content.duplicate().position(0).get(bytes);
                return bytes;
            }
        }
    }
}
