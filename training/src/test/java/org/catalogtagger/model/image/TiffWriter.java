package org.catalogtagger.model.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes a TIFF of one strip of 8-bit samples, or one that no honest program writes. */
final class TiffWriter {
    private final List<int[]> tags = new ArrayList<>();

    /** As little as a picture needs, all samples of a pixel together. */
    TiffWriter picture(int width, int height, int samples) {
        tag(256, 4, 1, width);
        tag(257, 4, 1, height);
        tag(262, 3, 1, samples == 1 ? 1 : 2);
        tag(277, 3, 1, samples);
        return this;
    }

    /**
     * One more tag.
     *
     * @param type 3 for numbers of two bytes, 4 of four
     * @param value if that takes no more than four bytes, else where it lies
     */
    TiffWriter tag(int tag, int type, int count, int value) {
        tags.add(new int[] {tag, type, count, value});
        return this;
    }

    /** With one strip, not compressed; there is room enough behind it for numbers that lie at 0. */
    byte[] write(byte[] pixels) {
        int samples = tags.get(3)[3];
        tag(278, 4, 1, tags.get(1)[3]);
        int data = 8 + 2 + 12 * (tags.size() + 4);
        tag(258, 3, samples, samples == 1 ? 8 : data + pixels.length);
        tag(259, 3, 1, 1);
        tag(273, 4, 1, data);
        tag(279, 4, 1, pixels.length);
        ByteBuffer file = directory(data + pixels.length + 2 * samples + (2 << 20));
        file.put(data, pixels);
        for (int i = 0; i < samples; i++) {
            file.putShort(data + pixels.length + 2 * i, (short) 8);
        }
        return bytes(file);
    }

    /** With a strip for each row, each of so many bytes of PackBits that mean nothing, and all of them the same bytes. */
    byte[] overlapping(int noOps) {
        int rows = tags.get(1)[3];
        tag(278, 4, 1, 1);
        int offsets = 8 + 2 + 12 * (tags.size() + 4);
        int lengths = offsets + 4 * rows;
        int data = lengths + 4 * rows;
        tag(258, 3, 1, 8);
        tag(259, 3, 1, 32773);
        tag(273, 4, rows, offsets);
        tag(279, 4, rows, lengths);
        ByteBuffer file = directory(data + noOps + 2);
        for (int i = 0; i < rows; i++) {
            file.putInt(offsets + 4 * i, data);
            file.putInt(lengths + 4 * i, noOps + 2);
        }
        for (int i = 0; i < noOps; i++) {
            file.put(data + i, (byte) 0x80);
        }
        return bytes(file);
    }

    private static byte[] bytes(ByteBuffer file) {
        byte[] bytes = new byte[file.capacity()];
        file.get(0, bytes);
        return bytes;
    }

    private ByteBuffer directory(int size) {
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) tags.size());
        for (int[] tag : tags) {
            file.putShort((short) tag[0]).putShort((short) tag[1]).putInt(tag[2]);
            if (tag[1] == 3 && tag[2] == 1) {
                file.putShort((short) tag[3]).putShort((short) 0);
            } else {
                file.putInt(tag[3]);
            }
        }
        return file;
    }
}
