package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Walks the codes of sequential scans (ITU-T T.81, F.2.2), block by block and one restart interval after the other, and so
 * sees whether data are missing. OpenCV does not say that; libjpeg fills up what is not there.
 */
final class JpegEntropy {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Of so many bytes at once are the stuffed zeros removed. */
    private static final int CHUNK = 1 << 14;

    /** More than a block can take, 64 codes of 16 bits with numbers of 15, and than one look reads. */
    private static final int MOST_OF_A_BLOCK = 272;

    private static final int COEFFICIENTS = 64;
    private static final int LONGEST_RUN = 0xF0;

    private final byte[] jpeg;
    private final byte[] bytes = new byte[CHUNK + MOST_OF_A_BLOCK];
    private int at;
    private boolean markerReached;

    /** Of the bytes: how many are filled, the next bit, and the last at which a block may begin. */
    private int filled;

    private int position;
    private int limit;

    private JpegEntropy(byte[] jpeg) {
        this.jpeg = jpeg;
    }

    /**
     * Walks all scans of a file.
     *
     * @return whether all codes are legal; if not, what is behind an illegal one cannot be known
     * @throws UnreadableImageException if data are missing
     */
    static boolean isWhole(byte[] jpeg, List<JpegScan> scans) throws UnreadableImageException {
        JpegEntropy entropy = new JpegEntropy(jpeg);
        boolean legal = true;
        for (JpegScan scan : scans) {
            legal &= entropy.walk(scan);
        }
        return legal;
    }

    private boolean walk(JpegScan scan) throws UnreadableImageException {
        List<HuffmanTable[]> blocks = new ArrayList<>();
        for (JpegScan.Member member : scan.members()) {
            HuffmanTable dc = new HuffmanTable(jpeg, member.dcTable());
            HuffmanTable ac = new HuffmanTable(jpeg, member.acTable());
            for (int i = 0; i < member.blocks(); i++) {
                blocks.add(new HuffmanTable[] {dc, ac});
            }
        }
        at = scan.dataAt();
        startInterval();
        long left = scan.restartInterval() == 0 ? Long.MAX_VALUE : scan.restartInterval();
        for (long unit = 0; unit < scan.units(); unit++) {
            if (left-- == 0) {
                passMarker();
                startInterval();
                left = scan.restartInterval() - 1L;
            }
            for (HuffmanTable[] tables : blocks) {
                boolean legal = walkBlock(tables[0], tables[1]);
                if (position > limit) {
                    if (markerReached) {
                        throw corrupt("cut off: its data end before its last row");
                    }
                    fill();
                }
                if (!legal) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean walkBlock(HuffmanTable dc, HuffmanTable ac) {
        int bit = position;
        int entry = dc.look(bitsFrom(bit));
        boolean legal = entry != HuffmanTable.NO_CODE;
        bit += HuffmanTable.bits(entry);
        for (int k = 1; k < COEFFICIENTS && legal; k++) {
            entry = ac.look(bitsFrom(bit));
            legal = entry != HuffmanTable.NO_CODE;
            bit += HuffmanTable.bits(entry);
            int symbol = HuffmanTable.symbol(entry);
            if ((symbol & 15) == 0 && symbol != LONGEST_RUN) {
                // The end of the block, of which the rest is zero; libjpeg takes all shorter runs for it.
                break;
            }
            k += symbol >> 4;
        }
        position = bit;
        return legal;
    }

    private long bitsFrom(int bit) {
        return (long) LONG.get(bytes, bit >>> 3) << (bit & 7);
    }

    private void startInterval() {
        markerReached = false;
        filled = 0;
        position = 0;
        fill();
    }

    /** Goes behind the next restart marker, which is there. */
    private void passMarker() {
        while (!markerReached) {
            position = 8 * filled;
            fill();
        }
        while (jpeg[at] == (byte) 0xFF) {
            at++;
        }
        at++;
    }

    /** Keeps the bytes that are still to be read, and takes more until a marker comes. */
    private void fill() {
        int done = position >>> 3;
        int count = filled - done;
        position &= 7;
        System.arraycopy(bytes, done, bytes, 0, count);
        while (count < CHUNK && !markerReached) {
            byte next = jpeg[at];
            int behind = at + 1;
            if (next == (byte) 0xFF) {
                while (jpeg[behind] == (byte) 0xFF) {
                    behind++;
                }
                markerReached = jpeg[behind] != 0;
                behind++;
            }
            if (!markerReached) {
                bytes[count++] = next;
                at = behind;
            }
        }
        filled = count;
        Arrays.fill(bytes, filled, filled + MOST_OF_A_BLOCK, (byte) 0);
        limit = 8 * (markerReached ? filled : filled - MOST_OF_A_BLOCK);
    }
}
