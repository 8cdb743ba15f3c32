package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The scans of one JPEG (ITU-T T.81, B.2.3 and G.1): whether each is legal after those before it, what they cost together,
 * and whether they give all of the picture in the end.
 */
final class JpegScans {
    /** The coefficients' bits that are still to come, where none came. */
    private static final int NOTHING = -1;

    private static final int MAX_UNITS_BLOCKS = 10;

    private final JpegFrame frame;
    private final JpegTables tables;

    /** By component and coefficient: the lowest bit that scans gave so far. */
    private final int[][] lowestBit;

    private long blockVisits;
    private long coefficientVisits;

    private int scans;

    /** The scans so far, as long as all are such as {@link JpegEntropy} walks. */
    private final List<JpegScan> sequential = new ArrayList<>();

    private boolean allSequential = true;

    JpegScans(JpegFrame frame, JpegTables tables) throws UnreadableImageException {
        this.frame = frame;
        this.tables = tables;
        this.lowestBit = new int[frame.components().size()][64];
        for (int[] bits : lowestBit) {
            Arrays.fill(bits, NOTHING);
        }
        if (frame.progressive()) {
            checkCoefficientMemory();
        }
    }

    /** What only some scans give, is kept until the last: two bytes a coefficient. */
    private void checkCoefficientMemory() throws UnreadableImageException {
        long pixels = (long) frame.width() * frame.height() * frame.components().size();
        DecodingCost.check(
                2 * frame.samples() - pixels, DecodingCost.MAX_EXTRA_BYTES, "bytes of coefficients beyond its pixels");
    }

    /**
     * Takes a scan's header.
     *
     * @param segment in a buffer of the whole file, of which the coded data follow
     * @param restartInterval units between two restart markers; 0 if there are none
     * @return the units that it codes, between which restart markers stand
     */
    long add(ByteBuffer segment, int restartInterval) throws UnreadableImageException {
        int count = segment.hasRemaining() ? segment.get() & 0xFF : 0;
        if (count < 1 || count > frame.components().size() || segment.remaining() != 2 * count + 3) {
            throw corrupt("a scan's header states %d components".formatted(count));
        }
        List<Integer> members = new ArrayList<>(count);
        int[] tableOf = new int[count];
        for (int i = 0; i < count; i++) {
            int member = indexOf(segment.get() & 0xFF);
            if (!members.isEmpty() && member <= members.get(members.size() - 1)) {
                throw corrupt("a scan's components are not in the frame's order");
            }
            members.add(member);
            tableOf[i] = segment.get() & 0xFF;
        }
        int first = segment.get() & 0xFF;
        int last = segment.get() & 0xFF;
        int approximation = segment.get() & 0xFF;
        checkTables(members, tableOf, first, approximation >> 4);
        if (frame.progressive()) {
            addProgressive(members, first, last, approximation >> 4, approximation & 15);
        } else {
            addSequential(members, first, last, approximation);
        }
        long units = units(members, frame.progressive() ? last - first + 1 : 64);
        List<JpegScan.Member> found = found(members, tableOf);
        allSequential &= !frame.progressive() && !frame.arithmetic() && found.size() == count;
        if (allSequential) {
            sequential.add(new JpegScan(found, units, restartInterval, segment.limit()));
        }
        return units;
    }

    /** Those members whose tables stand in the file; others have those of Annex K. */
    private List<JpegScan.Member> found(List<Integer> members, int[] tableOf) {
        List<JpegScan.Member> found = new ArrayList<>(members.size());
        for (int i = 0; i < tableOf.length; i++) {
            JpegFrame.Component component = frame.components().get(members.get(i));
            int dc = tables.dcAt(tableOf[i] >> 4);
            int ac = tables.acAt(tableOf[i] & 15);
            if (dc != JpegTables.NOWHERE && ac != JpegTables.NOWHERE) {
                // A component that comes alone comes block by block.
                int blocks = tableOf.length == 1 ? 1 : component.horizontal() * component.vertical();
                found.add(new JpegScan.Member(blocks, dc, ac));
            }
        }
        return found;
    }

    private void checkTables(List<Integer> members, int[] tableOf, int first, int high)
            throws UnreadableImageException {
        for (int i = 0; i < tableOf.length; i++) {
            int quantization = frame.components().get(members.get(i)).quantizationTable();
            if (!tables.hasQuantization(quantization)) {
                throw corrupt("it lacks its quantization table %d".formatted(quantization));
            }
            int dc = tableOf[i] >> 4;
            int ac = tableOf[i] & 15;
            boolean there;
            if (frame.arithmetic()) {
                there = dc < 4 && ac < 4;
            } else if (!frame.progressive()) {
                there = tables.hasSequential(dc, ac);
            } else {
                there = first > 0 ? tables.hasAc(ac) : high > 0 || tables.hasDc(dc);
            }
            if (!there) {
                throw corrupt("it lacks a Huffman table");
            }
        }
    }

    private void addSequential(List<Integer> members, int first, int last, int approximation)
            throws UnreadableImageException {
        // Some writers leave zeros where 63 belongs, and libjpeg takes them.
        if (first != 0 || (last != 63 && last != 0) || approximation != 0) {
            throw corrupt("a sequential scan states coefficients %d to %d".formatted(first, last));
        }
        for (int member : members) {
            if (lowestBit[member][0] != NOTHING) {
                throw corrupt("a component comes in two scans");
            }
            Arrays.fill(lowestBit[member], 0);
        }
        if (members.size() < frame.components().size()) {
            checkCoefficientMemory();
        }
    }

    private void addProgressive(List<Integer> members, int first, int last, int high, int low)
            throws UnreadableImageException {
        boolean band = first == 0 ? last == 0 : members.size() == 1 && last >= first && last < 64;
        boolean refines = high == 0 || low == high - 1;
        if (!band || !refines || low > 13) {
            throw corrupt(
                    "a progressive scan states coefficients %d to %d, bits %d to %d".formatted(first, last, high, low));
        }
        for (int member : members) {
            if (first > 0 && lowestBit[member][0] == NOTHING) {
                throw corrupt("a component's details come before its blocks");
            }
            for (int i = first; i <= last; i++) {
                if (lowestBit[member][i] != (high == 0 ? NOTHING : high)) {
                    throw corrupt("a progressive scan gives bits that another gave, or skips some");
                }
                lowestBit[member][i] = low;
            }
        }
    }

    private long units(List<Integer> members, int band) throws UnreadableImageException {
        long blocks = 0;
        int unitsBlocks = 0;
        for (int member : members) {
            JpegFrame.Component component = frame.components().get(member);
            blocks += frame.blocks(component);
            unitsBlocks += component.horizontal() * component.vertical();
        }
        if (members.size() > 1 && unitsBlocks > MAX_UNITS_BLOCKS) {
            throw corrupt("a scan interleaves %d blocks, more than %d".formatted(unitsBlocks, MAX_UNITS_BLOCKS));
        }
        blockVisits += blocks;
        DecodingCost.check(blockVisits, DecodingCost.MAX_BLOCK_VISITS, "blocks in its scans");
        if (frame.progressive()) {
            coefficientVisits += blocks * band;
            DecodingCost.check(
                    coefficientVisits,
                    frame.arithmetic() ? DecodingCost.MAX_ARITHMETIC_VISITS : DecodingCost.MAX_COEFFICIENT_VISITS,
                    "coefficients in its scans");
        }
        scans++;
        return members.size() == 1 ? blocks : frame.interleavedUnits();
    }

    private int indexOf(int id) throws UnreadableImageException {
        for (int i = 0; i < frame.components().size(); i++) {
            if (frame.components().get(i).id() == id) {
                return i;
            }
        }
        throw corrupt("a scan names component %d, which the frame lacks".formatted(id));
    }

    /** Whether a single scan, the commonest case, gave all components. */
    boolean single() {
        return scans == 1 && !frame.progressive();
    }

    /** All of the scans, if they are sequential and coded by Huffman tables that stand in the file; otherwise none. */
    List<JpegScan> sequential() {
        return allSequential ? List.copyOf(sequential) : List.of();
    }

    /** Refuses the file if any coefficient, or its last bits, never came. */
    void checkComplete() throws UnreadableImageException {
        for (int[] bits : lowestBit) {
            for (int bit : bits) {
                if (bit != 0) {
                    throw corrupt("cut off: scans are missing");
                }
            }
        }
    }
}
