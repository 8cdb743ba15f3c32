package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.image.UnreadableImageException.Reason;

/**
 * The frame header of a JPEG (ITU-T T.81, B.2.2).
 *
 * @param width in pixels
 * @param height in pixels
 * @param progressive whether its coefficients come in several scans
 * @param arithmetic whether they are coded arithmetically
 * @param components one for gray, three for colours, four for CMYK
 */
record JpegFrame(int width, int height, boolean progressive, boolean arithmetic, List<Component> components) {
    private static final int LARGEST_SIDE = 65_500;

    JpegFrame {
        components = List.copyOf(components);
    }

    /**
     * One component.
     *
     * @param horizontal samples in an 8x8-pixel unit's row, 1 to 4
     * @param vertical the same of its columns
     * @param quantizationTable 0 to 3
     */
    record Component(int id, int horizontal, int vertical, int quantizationTable) {}

    /**
     * Reads the header.
     *
     * @param marker 0xC0, 0xC1, 0xC2, 0xC9 or 0xCA
     * @param segment what follows the segment's length
     */
    static JpegFrame read(int marker, ByteBuffer segment, ImageLimits limits) throws UnreadableImageException {
        if (segment.remaining() < 6) {
            throw corrupt("its frame header is cut off");
        }
        int precision = segment.get() & 0xFF;
        int height = segment.getShort() & 0xFFFF;
        int width = segment.getShort() & 0xFFFF;
        int count = segment.get() & 0xFF;
        DecodingCost.checkSize(width, height, limits);
        if (width > LARGEST_SIDE || height > LARGEST_SIDE) {
            throw new UnreadableImageException(
                    Reason.TOO_MANY_PIXELS,
                    "%dx%d pixels, more than %,d on a side".formatted(width, height, LARGEST_SIDE));
        }
        if (precision != 8) {
            throw UnreadableImageException.unsupported("a JPEG of %d bits a sample".formatted(precision));
        }
        if (count != 1 && count != 3 && count != 4) {
            throw UnreadableImageException.unsupported("a JPEG of %d components".formatted(count));
        }
        if (segment.remaining() != 3 * count) {
            throw corrupt("its frame header has another length than its %d components take".formatted(count));
        }
        List<Component> components = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            components.add(component(segment));
        }
        for (int i = 1; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (components.get(i).id == components.get(j).id) {
                    throw corrupt("two components have one id");
                }
            }
        }
        boolean progressive = marker == 0xC2 || marker == 0xCA;
        return new JpegFrame(width, height, progressive, marker >= 0xC9, components);
    }

    private static Component component(ByteBuffer segment) throws UnreadableImageException {
        int id = segment.get() & 0xFF;
        int sampling = segment.get() & 0xFF;
        int table = segment.get() & 0xFF;
        Component component = new Component(id, sampling >> 4, sampling & 15, table);
        if (component.horizontal < 1
                || component.horizontal > 4
                || component.vertical < 1
                || component.vertical > 4
                || table > 3) {
            throw corrupt("component %d has sampling factors %dx%d and quantization table %d"
                    .formatted(id, component.horizontal, component.vertical, table));
        }
        return component;
    }

    /** The blocks of 8x8 samples of a component, without those that only fill up. */
    long blocks(Component component) {
        return blocksAcross(component) * ceil(ceil((long) height * component.vertical, maxVertical()), 8);
    }

    private long blocksAcross(Component component) {
        return ceil(ceil((long) width * component.horizontal, maxHorizontal()), 8);
    }

    /** The units in which the blocks of several components are interleaved in a scan. */
    long interleavedUnits() {
        return ceil(width, 8L * maxHorizontal()) * ceil(height, 8L * maxVertical());
    }

    /** The samples of all components, with those that fill up whole blocks. */
    long samples() {
        return components.stream()
                .mapToLong(c -> 64 * interleavedUnits() * c.horizontal * c.vertical)
                .sum();
    }

    private int maxHorizontal() {
        int most = 1;
        for (Component component : components) {
            most = Math.max(most, component.horizontal);
        }
        return most;
    }

    private int maxVertical() {
        int most = 1;
        for (Component component : components) {
            most = Math.max(most, component.vertical);
        }
        return most;
    }

    private static long ceil(long a, long b) {
        return (a + b - 1) / b;
    }
}
