package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The first directory of a TIFF (revision 6.0, section 2): the numbers of those tags that say how the picture is stored.
 * All others are passed over, whatever is in them, if only it lies within the file.
 */
final class TiffDirectory {
    private static final int[] BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int ORIENTATION = 274;

    /** Where the parts lie, and how long they are. */
    private static final Set<Integer> LISTS = Set.of(273, 279, 324, 325);

    /** Size, bits, compression, colours, orientation, strips, planes, predictor, palette, tiles, transparency, format. */
    private static final Set<Integer> USED =
            Set.of(256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339);

    /** Many tags may share the bytes of their numbers, so that the file's length bounds them not. */
    private static final int MOST_PARTS = 1 << 16;

    /** A palette has 768. */
    private static final int MOST_NUMBERS = 1 << 10;

    private final Map<Integer, long[]> numbers = new HashMap<>();

    private TiffDirectory() {}

    /** Reads the directory of a file in its byte order. */
    static TiffDirectory read(ByteBuffer file) throws UnreadableImageException {
        long at = Integer.toUnsignedLong(file.getInt(4));
        if (at < 8 || at + 2 > file.limit()) {
            throw corrupt("cut off: its directory is not in the file");
        }
        int entries = Short.toUnsignedInt(file.getShort((int) at));
        if (at + 2 + 12L * entries > file.limit()) {
            throw corrupt("cut off: its directory ends beyond the file");
        }
        TiffDirectory directory = new TiffDirectory();
        for (int i = 0; i < entries; i++) {
            directory.take(file, (int) at + 2 + 12 * i);
        }
        return directory;
    }

    private void take(ByteBuffer file, int at) throws UnreadableImageException {
        int tag = Short.toUnsignedInt(file.getShort(at));
        int type = Short.toUnsignedInt(file.getShort(at + 2));
        long count = Integer.toUnsignedLong(file.getInt(at + 4));
        boolean used = USED.contains(tag);
        if (type < 1 || type >= BYTES.length) {
            if (used) {
                throw corrupt("tag %d has type %d, which there is not".formatted(tag, type));
            }
            return;
        }
        long bytes = count * BYTES[type];
        long from = bytes <= 4 ? at + 8 : Integer.toUnsignedLong(file.getInt(at + 8));
        if (from + bytes > file.limit()) {
            // Also of a tag that we pass over: it may be one that we do not, but for its damaged number.
            throw corrupt("cut off: tag %d lies beyond the file".formatted(tag));
        }
        if (!used) {
            return;
        }
        if (type == SHORT || type == LONG) {
            if (count > (LISTS.contains(tag) ? MOST_PARTS : MOST_NUMBERS) || numbers.containsKey(tag)) {
                throw corrupt("tag %d comes twice or has %,d numbers".formatted(tag, count));
            }
            long[] values = new long[(int) count];
            for (int i = 0; i < values.length; i++) {
                int place = (int) from + i * BYTES[type];
                values[i] = type == SHORT ? file.getShort(place) & 0xFFFFL : Integer.toUnsignedLong(file.getInt(place));
            }
            numbers.put(tag, values);
        } else if (tag != ORIENTATION) {
            // Passed over, it would count as absent, and the picture as stored in another way.
            throw corrupt("tag %d is of type %d, not a whole number".formatted(tag, type));
        }
    }

    /** A tag's numbers; none if the directory lacks it. */
    long[] numbers(int tag) {
        return numbers.getOrDefault(tag, new long[0]);
    }

    /** A tag's only number. */
    long number(int tag, long otherwise) throws UnreadableImageException {
        long[] values = numbers(tag);
        if (values.length > 1 || (values.length == 0 && numbers.containsKey(tag))) {
            throw corrupt("tag %d has %d numbers, not one".formatted(tag, values.length));
        }
        return values.length == 0 ? otherwise : values[0];
    }

    static ByteBuffer inItsOrder(byte[] tiff) {
        return ByteBuffer.wrap(tiff).order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }
}
