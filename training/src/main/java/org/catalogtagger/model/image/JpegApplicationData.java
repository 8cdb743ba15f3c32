package org.catalogtagger.model.image;

import static org.catalogtagger.model.image.UnreadableImageException.corrupt;

import java.nio.charset.StandardCharsets;

/** The segments in which applications keep data of their own: JFIF, EXIF, colour profiles, Adobe's, Photoshop's. */
final class JpegApplicationData {
    private JpegApplicationData() {}

    static boolean isExif(byte[] data) {
        return startsWith(data, "Exif\0");
    }

    /** Whether it is Adobe's, with a colour transform. */
    static boolean isAdobe(byte[] data) {
        return startsWith(data, "Adobe") && data.length >= 12;
    }

    /** Refuses a segment that is too short for what it says to be: a sign of damage that Pillow goes by too. */
    static void check(int marker, byte[] data) throws UnreadableImageException {
        boolean whole =
                switch (marker) {
                    case 0xE0 -> !startsWith(data, "JFIF") || data.length >= 7;
                    case 0xE1 -> !isExif(data) || data.length <= 6 || data.length >= 6 + 8;
                    case 0xE2 -> !startsWith(data, "ICC_PROFILE\0") || data.length >= 14;
                    case 0xED -> !startsWith(data, "Photoshop 3.0\0") || namesAreWhole(data);
                    case 0xEE -> !startsWith(data, "Adobe") || data.length >= 7;
                    default -> true;
                };
        if (!whole) {
            throw corrupt("application segment FF %02X is cut off".formatted(marker));
        }
    }

    /** Walks Photoshop's resources: four letters, a number, a name with its length, a size, data. */
    private static boolean namesAreWhole(byte[] data) {
        long at = 14;
        while (at + 4 <= data.length && new String(data, (int) at, 4, StandardCharsets.ISO_8859_1).equals("8BIM")) {
            long name = at + 6;
            if (name == data.length) {
                return false;
            }
            if (name > data.length) {
                return true;
            }
            long size = name + 1 + (data[(int) name] & 0xFF);
            size += size & 1;
            if (size + 4 > data.length) {
                return true;
            }
            long bytes = 0;
            for (int i = 0; i < 4; i++) {
                bytes = (bytes << 8) | (data[(int) size + i] & 0xFF);
            }
            at = size + 4 + bytes;
            at += at & 1;
        }
        return true;
    }

    private static boolean startsWith(byte[] data, String prefix) {
        if (data.length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (data[i] != (byte) prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
