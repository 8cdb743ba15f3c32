package org.catalogtagger.model.image;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/**
 * What a JPEG holds, by a parse that walks its markers as libjpeg-turbo does, and refuses what libjpeg would guess at.
 * This parse decides: which reader takes the file, and which bytes of it that reader sees.
 *
 * @param frame its size and components
 * @param orientation how it is to be turned
 * @param adobeTransform the colour transform that an Adobe segment states, if one is there
 * @param singleScan whether one sequential scan gives all of it, as is most common
 * @param sequentialScans all of its scans, if they are sequential and coded by Huffman tables that stand in the file;
 *     otherwise none
 * @param passedOver segments that no decoder needs, in their order
 * @param dataEnd where its last scan's data end, and the end-of-image marker stands; a second picture may follow that,
 *     or anything
 */
record JpegFile(
        JpegFrame frame,
        Orientation orientation,
        Optional<Integer> adobeTransform,
        boolean singleScan,
        List<JpegScan> sequentialScans,
        List<Stretch> passedOver,
        int dataEnd) {
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9, (byte) 0xFF, (byte) 0xD9};

    JpegFile {
        sequentialScans = List.copyOf(sequentialScans);
        passedOver = List.copyOf(passedOver);
    }

    /**
     * Whether data may end too early without a trace in the last pixel: in one of several scans, before a restart marker, or
     * of inks, of which a mixture is made.
     */
    boolean hasInnerEnds() {
        return sequentialScans.size() > 1
                || frame.components().size() == 4
                || sequentialScans.stream().anyMatch(scan -> scan.restartInterval() > 0);
    }

    /** Bytes of the file, from the first to before the last. */
    record Stretch(int from, int to) {}

    /**
     * Parses a file.
     *
     * @param jpeg starts with the start-of-image marker
     * @throws UnreadableImageException unless all of it is there and sound, as far as can be seen without decoding
     */
    static JpegFile parse(byte[] jpeg, ImageLimits limits) throws UnreadableImageException {
        return new JpegParser(jpeg, limits).parse();
    }

    /**
     * The vetted bytes alone, for a decoder: without what it needs not, and with an end that it cannot read beyond. It would
     * wait for more without a word.
     *
     * @param jpeg the file
     * @param appended data to follow those of the last scan
     */
    byte[] vetted(byte[] jpeg, byte[] appended) {
        ByteArrayOutputStream vetted = new ByteArrayOutputStream(dataEnd + appended.length + END.length);
        int at = 0;
        for (Stretch stretch : passedOver) {
            vetted.write(jpeg, at, stretch.from - at);
            at = stretch.to;
        }
        vetted.write(jpeg, at, dataEnd - at);
        vetted.writeBytes(appended);
        vetted.writeBytes(END);
        return vetted.toByteArray();
    }
}
