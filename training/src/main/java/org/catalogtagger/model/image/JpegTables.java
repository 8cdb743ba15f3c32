package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Which tables of a JPEG are defined so far (ITU-T T.81, B.2.4), and where in the file; a scan may use no other. */
final class JpegTables {
    private static final int TABLES = 4;
    private static final int LENGTHS = 16;

    /** The place of a table that there is not. */
    static final int NOWHERE = -1;

    private final boolean[] quantization = new boolean[TABLES];
    private final int[] dcHuffman = new int[TABLES];
    private final int[] acHuffman = new int[TABLES];

    JpegTables() {
        Arrays.fill(dcHuffman, NOWHERE);
        Arrays.fill(acHuffman, NOWHERE);
    }

    boolean hasQuantization(int table) {
        return quantization[table];
    }

    /** Where a Huffman table stands, from the counts of its codes on. */
    int dcAt(int table) {
        return table < TABLES ? dcHuffman[table] : NOWHERE;
    }

    /** The same of the other coefficients. */
    int acAt(int table) {
        return table < TABLES ? acHuffman[table] : NOWHERE;
    }

    /**
     * Whether the Huffman tables of a sequential scan are there. Those of Annex K are by default, as the frames of Motion
     * JPEG want it.
     */
    boolean hasSequential(int dc, int ac) {
        return (dc < 2 || hasDc(dc)) && (ac < 2 || hasAc(ac));
    }

    boolean hasDc(int table) {
        return dcAt(table) != NOWHERE;
    }

    boolean hasAc(int table) {
        return acAt(table) != NOWHERE;
    }

    void defineQuantization(ByteBuffer segment) throws UnreadableImageException {
        while (segment.hasRemaining()) {
            int kind = segment.get() & 0xFF;
            int bytes = kind >> 4 == 0 ? 64 : 128;
            if (kind >> 4 > 1 || (kind & 15) >= TABLES || segment.remaining() < bytes) {
                throw corrupt("a quantization table is damaged or cut off");
            }
            segment.position(segment.position() + bytes);
            quantization[kind & 15] = true;
        }
    }

    /**
     * Takes a segment's tables.
     *
     * @param segment in a buffer of the whole file
     */
    void defineHuffman(ByteBuffer segment) throws UnreadableImageException {
        while (segment.hasRemaining()) {
            int kind = segment.get() & 0xFF;
            if (kind >> 4 > 1 || (kind & 15) >= TABLES || segment.remaining() < LENGTHS) {
                throw corrupt("a Huffman table is damaged or cut off");
            }
            boolean dc = kind >> 4 == 0;
            int symbols = symbols(segment);
            if (symbols > 256 || segment.remaining() < LENGTHS + symbols) {
                throw corrupt("a Huffman table states %d symbols".formatted(symbols));
            }
            int at = segment.position();
            segment.position(at + LENGTHS);
            for (int i = 0; i < symbols; i++) {
                if ((segment.get() & 0xFF) > 15 && dc) {
                    throw corrupt("a Huffman table has a symbol that is none");
                }
            }
            (dc ? dcHuffman : acHuffman)[kind & 15] = at;
        }
    }

    /** Sums up the codes of each length, which must leave the longest code of ones unused. */
    private static int symbols(ByteBuffer segment) throws UnreadableImageException {
        int code = 0;
        int symbols = 0;
        for (int length = 1; length <= LENGTHS; length++) {
            int count = segment.get(segment.position() + length - 1) & 0xFF;
            code += count;
            symbols += count;
            if (count > 0 && code >= 1 << length) {
                throw corrupt("a Huffman table has more codes of %d bits than there are".formatted(length));
            }
            code <<= 1;
        }
        return symbols;
    }

    /** Conditioning of arithmetic coding, which has defaults. */
    static void checkArithmetic(ByteBuffer segment) throws UnreadableImageException {
        while (segment.hasRemaining()) {
            int table = segment.get() & 0xFF;
            int value = segment.hasRemaining() ? segment.get() & 0xFF : 0x0F;
            boolean legal = table < 16 ? (value & 15) <= value >> 4 : value >= 1 && value <= 63;
            if ((table & 15) >= TABLES || table > 31 || !legal) {
                throw corrupt("an arithmetic conditioning table is damaged");
            }
        }
    }
}
