package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;

/** What is compressed by LZW, as GIF (appendix F) and TIFF (section 13) write it. */
final class LzwBytes implements ByteSource {
    private static final int MOST_BITS = 12;
    private static final int NONE = -1;

    private final ByteBuffer data;
    private final boolean highBitsFirst;
    private final int literalBits;
    private final int clear;

    /** Of each code: the code that it lengthens, and by which byte; how long it is. */
    private final short[] prefix = new short[1 << MOST_BITS];

    private final byte[] suffix = new byte[1 << MOST_BITS];
    private final short[] length = new short[1 << MOST_BITS];

    /** TIFF's codes must begin with the one that clears the table. */
    private boolean begun;

    private int next;
    private int codeBits;
    private int previous = NONE;
    private int buffer;
    private int buffered;

    /** Of the bytes of the last code, those that found no room yet. */
    private byte[] pending = new byte[1 << MOST_BITS];

    private int pendingFrom;
    private int pendingTo;

    private LzwBytes(ByteBuffer data, boolean highBitsFirst, int literalBits) {
        this.data = data;
        this.highBitsFirst = highBitsFirst;
        this.literalBits = literalBits;
        this.clear = 1 << literalBits;
        this.begun = !highBitsFirst;
        for (int i = 0; i < clear; i++) {
            suffix[i] = (byte) i;
            length[i] = 1;
        }
        clearTable();
    }

    static LzwBytes ofGif(ByteBuffer data, int literalBits) {
        return new LzwBytes(data, false, literalBits);
    }

    static LzwBytes ofTiff(ByteBuffer data) {
        return new LzwBytes(data, true, 8);
    }

    @Override
    public void readFully(byte[] into) throws UnreadableImageException {
        int done = 0;
        while (done < into.length) {
            if (pendingFrom == pendingTo) {
                expand(nextCode());
            }
            int count = Math.min(pendingTo - pendingFrom, into.length - done);
            System.arraycopy(pending, pendingFrom, into, done, count);
            pendingFrom += count;
            done += count;
        }
    }

    private void expand(int code) throws UnreadableImageException {
        if (code == clear) {
            clearTable();
            begun = true;
            return;
        }
        if (code == clear + 1) {
            throw corrupt("cut off: its data end before its last row");
        }
        if (!begun || code > next || (code >= clear && previous == NONE) || (code == next && next >= 1 << MOST_BITS)) {
            throw corrupt("damaged: an LZW code that was not defined");
        }
        int first = firstByte(code == next ? previous : code);
        if (previous != NONE && next < 1 << MOST_BITS) {
            prefix[next] = (short) previous;
            suffix[next] = (byte) first;
            length[next] = (short) (length[previous] + 1);
            next++;
            // TIFF's encoders go on to longer codes one code earlier than they would have to.
            if (next + (highBitsFirst ? 1 : 0) >= 1 << codeBits && codeBits < MOST_BITS) {
                codeBits++;
            }
        }
        pendingFrom = 0;
        pendingTo = length[code];
        for (int i = pendingTo - 1, c = code; i >= 0; i--, c = prefix[c]) {
            pending[i] = suffix[c];
        }
        previous = code;
    }

    private int firstByte(int code) {
        int c = code;
        while (c >= clear) {
            c = prefix[c];
        }
        return suffix[c];
    }

    private void clearTable() {
        next = clear + 2;
        codeBits = literalBits + 1;
        previous = NONE;
    }

    private int nextCode() throws UnreadableImageException {
        while (buffered < codeBits) {
            if (!data.hasRemaining()) {
                throw corrupt("cut off: its data end before its last row");
            }
            int octet = data.get() & 0xFF;
            buffer = highBitsFirst ? (buffer << 8) | octet : buffer | (octet << buffered);
            buffered += 8;
        }
        buffered -= codeBits;
        int mask = (1 << codeBits) - 1;
        if (highBitsFirst) {
            return (buffer >>> buffered) & mask;
        }
        int code = buffer & mask;
        buffer >>>= codeBits;
        return code;
    }
}
