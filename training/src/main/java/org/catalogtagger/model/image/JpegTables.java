package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;

/** Which tables of a JPEG are defined so far (ITU-T T.81, B.2.4); a scan may use no other. */
final class JpegTables {
    private static final int TABLES = 4;
    private static final int LENGTHS = 16;

    private final boolean[] quantization = new boolean[TABLES];
    private final boolean[] dcHuffman = new boolean[TABLES];
    private final boolean[] acHuffman = new boolean[TABLES];

    boolean hasQuantization(int table) {
        return quantization[table];
    }

    /**
     * Whether the Huffman tables of a sequential scan are there. Those of Annex K are by default, as the frames of Motion
     * JPEG want it.
     */
    boolean hasSequential(int dc, int ac) {
        return (dc < 2 || hasDc(dc)) && (ac < 2 || hasAc(ac));
    }

    boolean hasDc(int table) {
        return table < TABLES && dcHuffman[table];
    }

    boolean hasAc(int table) {
        return table < TABLES && acHuffman[table];
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
            segment.position(segment.position() + LENGTHS);
            for (int i = 0; i < symbols; i++) {
                if ((segment.get() & 0xFF) > 15 && dc) {
                    throw corrupt("a Huffman table has a symbol that is none");
                }
            }
            (dc ? dcHuffman : acHuffman)[kind & 15] = true;
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
