package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG (W3C PNG, 5), each whole and with its checksum, from the header to the end.
 *
 * @param header of width, height and kind
 * @param palette red, green and blue of each index; empty if there is none
 * @param transparency opacities by index, or the colour that is transparent; empty if there is none
 * @param exif EXIF data; empty if there are none
 * @param data the parts of the compressed picture
 */
record PngChunks(ByteBuffer header, byte[] palette, byte[] transparency, byte[] exif, List<ByteBuffer> data) {
    private static final int SIGNATURE = 8;

    static PngChunks read(byte[] png) throws UnreadableImageException {
        ByteBuffer header = ByteBuffer.allocate(0);
        byte[] palette = {};
        byte[] transparency = {};
        byte[] exif = {};
        List<ByteBuffer> data = new ArrayList<>();
        boolean animated = false;
        int frames = 0;
        int at = SIGNATURE;
        String previous = "";
        while (!previous.equals("IEND")) {
            ByteBuffer chunk = chunk(png, at);
            String name = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (name.equals("IHDR") != previous.isEmpty()) {
                throw corrupt("chunk %s is out of order".formatted(name));
            }
            boolean before = data.isEmpty();
            switch (name) {
                case "IHDR" -> header = chunk;
                case "PLTE" -> palette = before ? bytes(chunk) : palette;
                case "tRNS" -> transparency = before ? bytes(chunk) : transparency;
                case "eXIf" -> exif = bytes(chunk);
                case "acTL" -> animated = true;
                case "fcTL" -> checkFrame(chunk, header, before, animated, frames++);
                case "fdAT" -> checkAnimated(animated, name);
                case "IDAT" -> {
                    if (!before && !previous.equals("IDAT")) {
                        throw corrupt("its data are interrupted by chunk " + previous);
                    }
                    data.add(chunk);
                }
                default -> checkKnown(name, chunk);
            }
            at = chunk.limit() + 4;
            previous = name;
        }
        if (data.isEmpty()) {
            throw corrupt("it has no data");
        }
        return new PngChunks(header, palette, transparency, exif, data);
    }

    /** A chunk's content, from its position to its limit. */
    private static ByteBuffer chunk(byte[] png, int at) throws UnreadableImageException {
        ByteBuffer all = ByteBuffer.wrap(png);
        long length = at + 12 <= png.length ? Integer.toUnsignedLong(all.getInt(at)) : 0;
        if (at + 12 + length > png.length) {
            throw corrupt("cut off: a chunk of %,d bytes ends beyond the file".formatted(length));
        }
        CRC32 crc = new CRC32();
        crc.update(png, at + 4, 4 + (int) length);
        if ((int) crc.getValue() != all.getInt(at + 8 + (int) length)) {
            throw corrupt("a chunk at byte %,d has another checksum than it states".formatted(at));
        }
        return ByteBuffer.wrap(png, at + 8, (int) length);
    }

    /** An animation's first frame, if it is the picture itself, covers it all. */
    private static void checkFrame(ByteBuffer chunk, ByteBuffer header, boolean before, boolean animated, int number)
            throws UnreadableImageException {
        checkAnimated(animated, "fcTL");
        if (!before) {
            return;
        }
        ByteBuffer frame = chunk.slice();
        boolean whole = frame.limit() == 26
                && frame.getInt(0) == number
                && number == 0
                && frame.getInt(12) == 0
                && frame.getInt(16) == 0
                && frame.getLong(4) == header.getLong(header.position());
        if (!whole) {
            throw corrupt("its animation's first frame is not the picture");
        }
    }

    private static void checkAnimated(boolean animated, String name) throws UnreadableImageException {
        if (!animated) {
            throw corrupt("chunk %s stands in a picture that is not animated".formatted(name));
        }
    }

    /** Chunks that are passed over must at least be what they say: their checksum may have been made after the damage. */
    private static void checkKnown(String name, ByteBuffer chunk) throws UnreadableImageException {
        int length = chunk.remaining();
        boolean sound =
                switch (name) {
                    case "gAMA" -> length == 4;
                    case "cHRM" -> length == 32;
                    case "sRGB" -> length == 1;
                    case "pHYs" -> length == 9;
                    case "iCCP" -> hasMethodZero(chunk);
                    case "zTXt" -> hasMethodZero(chunk);
                    default -> name.matches("[A-Za-z]{4}") && (name.charAt(0) >= 'a' || name.equals("IEND"));
                };
        if (!sound) {
            throw corrupt("chunk %s is damaged or unknown".formatted(name.replaceAll("[^A-Za-z]", "?")));
        }
    }

    /** A name of Latin-1, a zero, and the only compression method that there is. */
    private static boolean hasMethodZero(ByteBuffer chunk) {
        ByteBuffer text = chunk.slice();
        while (text.hasRemaining() && text.get() != 0) {}
        return text.hasRemaining() && text.get() == 0;
    }

    private static byte[] bytes(ByteBuffer chunk) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.duplicate().get(bytes);
        return bytes;
    }
}
