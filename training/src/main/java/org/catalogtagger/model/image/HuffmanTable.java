package org.catalogtagger.model.image;

import java.util.Arrays;

/**
 * A Huffman table of a JPEG (ITU-T T.81, annex C and F.2.2), for looking up. A symbol says how many zeros come before a
 * number, and in how many bits that number follows.
 */
final class HuffmanTable {
    /** Any code that is no longer is found by one look. */
    private static final int LOOK_BITS = 10;

    private static final int LONGEST = 16;

    /** What {@link #look} answers where the bits begin no code. */
    static final int NO_CODE = 0;

    private final byte[] symbols;
    private final int[] entries = new int[1 << LOOK_BITS];

    /** By length: what to add to a code to have the place of its symbol; below which code there are codes of the length. */
    private final int[] symbolAt = new int[LONGEST + 1];

    private final int[] codesEnd = new int[LONGEST + 1];

    /**
     * Reads a table that was vetted.
     *
     * @param at where its counts of codes by length begin; its symbols follow
     */
    HuffmanTable(byte[] jpeg, int at) {
        symbols = Arrays.copyOfRange(jpeg, at + LONGEST, Math.min(jpeg.length, at + LONGEST + 256));
        int code = 0;
        int symbol = 0;
        for (int length = 1; length <= LONGEST; length++) {
            symbolAt[length] = symbol - code;
            for (int count = jpeg[at + length - 1] & 0xFF; count > 0; count--, code++, symbol++) {
                if (length <= LOOK_BITS) {
                    int spare = LOOK_BITS - length;
                    Arrays.fill(entries, code << spare, (code + 1) << spare, entry(length, symbols[symbol]));
                }
            }
            codesEnd[length] = code;
            code <<= 1;
        }
    }

    private static int entry(int length, byte symbol) {
        return (symbol & 0xFF) << 8 | (length + (symbol & 15));
    }

    /**
     * Looks up the next code.
     *
     * @param bits what comes next, left-aligned
     * @return an entry, for {@link #bits} and {@link #symbol}; or {@link #NO_CODE}
     */
    int look(long bits) {
        int entry = entries[(int) (bits >>> (Long.SIZE - LOOK_BITS))];
        return entry != NO_CODE ? entry : lookLonger((int) (bits >>> (Long.SIZE - LONGEST)));
    }

    private int lookLonger(int bits) {
        for (int length = LOOK_BITS + 1; length <= LONGEST; length++) {
            int code = bits >>> (LONGEST - length);
            if (code < codesEnd[length]) {
                return entry(length, symbols[code + symbolAt[length]]);
            }
        }
        return NO_CODE;
    }

    /** How many bits an entry's code takes, together with the number behind it. */
    static int bits(int entry) {
        return entry & 0xFF;
    }

    /** An entry's symbol: zeros before the number in the high four bits, the number's bits in the low ones. */
    static int symbol(int entry) {
        return entry >> 8;
    }
}
