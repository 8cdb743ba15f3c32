package org.catalogtagger.model.image;

import java.util.List;

/**
 * A sequential scan that is coded by Huffman tables (ITU-T T.81, B.2.3), all of which stand in the file.
 *
 * @param members its components
 * @param units which it codes, each of some blocks of each component
 * @param restartInterval units between two restart markers; 0 if there are none
 * @param dataAt where its coded data begin in the file
 */
record JpegScan(List<Member> members, long units, int restartInterval, int dataAt) {
    JpegScan {
        members = List.copyOf(members);
    }

    /**
     * One component.
     *
     * @param blocks of it in a unit
     * @param dcTable where the table of its blocks' levels stands in the file, from the counts on
     * @param acTable the same of the other coefficients
     */
    record Member(int blocks, int dcTable, int acTable) {}
}
