package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks the markers of a JPEG as libjpeg-turbo does, and refuses what libjpeg would guess at. */
final class JpegParser {
    private final byte[] jpeg;
    private final ImageLimits limits;
    private final JpegTables tables = new JpegTables();

    private final List<JpegFile.Stretch> passedOver = new ArrayList<>();

    private int at = 2;
    private int restartInterval;
    private Orientation orientation = Orientation.UPRIGHT;
    private boolean exif;
    private Optional<Integer> adobeTransform = Optional.empty();
    private @Nullable JpegFrame frame;
    private @Nullable JpegScans scans;
    private @Nullable String misplaced;

    JpegParser(byte[] jpeg, ImageLimits limits) {
        this.jpeg = jpeg;
        this.limits = limits;
    }

    JpegFile parse() throws UnreadableImageException {
        while (true) {
            int markerAt = at;
            int marker = nextMarker();
            if (marker == 0xD9) {
                return finished(markerAt);
            }
            if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
                // Without a length for libjpeg, so that a parser which gives them one would read another file. The
                // walk goes on for a while, so that a size beyond the limit is named as such.
                misplaced = "marker FF %02X stands where none belongs".formatted(marker);
                continue;
            }
            take(marker, segment());
            if (isOfNoUse(marker)) {
                passedOver.add(new JpegFile.Stretch(markerAt, at));
            }
        }
    }

    /** Whether a segment is a comment or an application's, but for those of JFIF and Adobe, which say what colours are. */
    private static boolean isOfNoUse(int marker) {
        return marker == 0xFE || (marker > 0xE0 && marker <= 0xEF && marker != 0xEE);
    }

    private void take(int marker, ByteBuffer segment) throws UnreadableImageException {
        switch (marker) {
            case 0xC0, 0xC1, 0xC2, 0xC9, 0xCA -> {
                if (frame != null) {
                    throw corrupt("it has two frame headers");
                }
                frame = JpegFrame.read(marker, segment, limits);
                scans = new JpegScans(frame, tables);
            }
            case 0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF ->
                throw UnreadableImageException.unsupported(
                        "a JPEG of a rare kind (lossless or hierarchical, FF %02X)".formatted(marker));
            case 0xC4 -> tables.defineHuffman(segment);
            case 0xCC -> JpegTables.checkArithmetic(segment);
            case 0xDB -> tables.defineQuantization(segment);
            case 0xDD -> {
                if (segment.remaining() != 2) {
                    throw corrupt("its restart interval is damaged");
                }
                restartInterval = segment.getShort() & 0xFFFF;
            }
            case 0xDA -> skipScan(segment);
            case 0xE0, 0xE1, 0xE2, 0xED, 0xEE -> takeApplicationData(marker, segment);
            case 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xEF, 0xFE -> {}
            default -> throw corrupt("marker FF %02X stands where none belongs".formatted(marker));
        }
    }

    private void takeApplicationData(int marker, ByteBuffer segment) throws UnreadableImageException {
        byte[] data = new byte[segment.remaining()];
        segment.get(data);
        JpegApplicationData.check(marker, data);
        if (marker == 0xE1 && !exif && JpegApplicationData.isExif(data)) {
            exif = true;
            orientation = Orientation.ofExif(Arrays.copyOfRange(data, Math.min(6, data.length), data.length));
        }
        if (marker == 0xEE && JpegApplicationData.isAdobe(data)) {
            adobeTransform = Optional.of(data[11] & 0xFF);
        }
    }

    /** The coded data of a scan: bytes, 0xFF only as FF 00, and restart markers where they are due. */
    private void skipScan(ByteBuffer header) throws UnreadableImageException {
        if (scans == null) {
            throw corrupt("a scan comes before the frame header");
        }
        if (misplaced != null) {
            throw corrupt(misplaced);
        }
        long units = scans.add(header, restartInterval);
        long restarts = restartInterval == 0 ? 0 : (units - 1) / restartInterval;
        long seen = 0;
        while (true) {
            while (at < jpeg.length && jpeg[at] != (byte) 0xFF) {
                at++;
            }
            int marker = at;
            while (marker < jpeg.length && jpeg[marker] == (byte) 0xFF) {
                marker++;
            }
            if (marker >= jpeg.length) {
                throw corrupt("cut off: its data end without an end-of-image marker");
            }
            int kind = jpeg[marker] & 0xFF;
            if (kind != 0 && (kind < 0xD0 || kind > 0xD7)) {
                break;
            }
            if (kind != 0) {
                if (seen >= restarts || kind - 0xD0 != seen % 8) {
                    throw corrupt("a restart marker is missing or misplaced");
                }
                seen++;
            }
            at = marker + 1;
        }
        if (seen != restarts) {
            throw corrupt("cut off: %d of %d restart markers are there".formatted(seen, restarts));
        }
    }

    private JpegFile finished(int dataEnd) throws UnreadableImageException {
        if (frame == null || scans == null) {
            throw corrupt("it ends before its frame header");
        }
        scans.checkComplete();
        if (frame.arithmetic()) {
            DecodingCost.check(dataEnd, DecodingCost.MAX_ARITHMETIC_BYTES, "bytes of arithmetic coding");
        }
        return new JpegFile(
                frame, orientation, adobeTransform, scans.single(), scans.sequential(), passedOver, dataEnd);
    }

    private int nextMarker() throws UnreadableImageException {
        if (at < jpeg.length && jpeg[at] != (byte) 0xFF) {
            throw corrupt("byte %,d belongs to no segment".formatted(at));
        }
        while (at < jpeg.length && jpeg[at] == (byte) 0xFF) {
            at++;
        }
        if (at >= jpeg.length) {
            throw corrupt("cut off: it ends without an end-of-image marker");
        }
        return jpeg[at++] & 0xFF;
    }

    private ByteBuffer segment() throws UnreadableImageException {
        int length = at + 2 <= jpeg.length ? ((jpeg[at] & 0xFF) << 8) | (jpeg[at + 1] & 0xFF) : 0;
        if (length < 2 || at + length > jpeg.length) {
            throw corrupt("cut off: a segment of %d bytes ends beyond the file".formatted(length));
        }
        ByteBuffer segment = ByteBuffer.wrap(jpeg, at + 2, length - 2);
        at += length;
        return segment;
    }
}
