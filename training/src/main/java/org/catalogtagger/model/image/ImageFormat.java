package org.catalogtagger.model.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The formats of image files that are read; which one a file has is said by its first bytes, never by its name. */
public enum ImageFormat {
    JPEG("JPEG"),
    PNG("PNG"),
    /** The first picture, if it is animated. */
    WEBP("WebP"),
    /** The first picture, if it is animated. */
    GIF("GIF"),
    BMP("BMP"),
    /** The first page. */
    TIFF("TIFF");

    /** So many first bytes decide. */
    public static final int SIGNATURE_BYTES = 64;

    private final String label;

    ImageFormat(String label) {
        this.label = label;
    }

    /**
     * Recognizes a format.
     *
     * @param start the file, or at least its first {@link #SIGNATURE_BYTES} bytes
     */
    public static Optional<ImageFormat> of(byte[] start) {
        if (startsWith(start, 0xFF, 0xD8, 0xFF)) {
            return Optional.of(JPEG);
        }
        if (startsWith(start, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
            return Optional.of(PNG);
        }
        if (text(start, 0, 4).equals("RIFF") && text(start, 8, 4).equals("WEBP")) {
            return Optional.of(WEBP);
        }
        if (text(start, 0, 6).equals("GIF87a") || text(start, 0, 6).equals("GIF89a")) {
            return Optional.of(GIF);
        }
        if (startsWith(start, 'I', 'I', 42, 0) || startsWith(start, 'M', 'M', 0, 42)) {
            return Optional.of(TIFF);
        }
        // "BM" begins many a text, so that a bitmap must show one of its few header lengths too.
        return text(start, 0, 2).equals("BM") && BmpImage.isHeaderLength(start) ? Optional.of(BMP) : Optional.empty();
    }

    /** What a file that has none of these formats seems to be, for people: {@code AVIF}, {@code an HTML page}. */
    static String nameOfOther(byte[] start) {
        String brand = text(start, 4, 4).equals("ftyp") ? text(start, 8, 4) : "";
        if (brand.startsWith("avi")) {
            return "AVIF";
        }
        if (brand.startsWith("he") || brand.startsWith("mif") || brand.startsWith("msf")) {
            return "HEIC";
        }
        if (!brand.isEmpty()) {
            return "a video (MP4 or the like)";
        }
        if (startsWith(start, 0xFF, 0x0A) || text(start, 4, 4).equals("JXL ")) {
            return "JPEG XL";
        }
        if (text(start, 4, 4).equals("jP  ") || startsWith(start, 0xFF, 0x4F, 0xFF, 0x51)) {
            return "JPEG 2000";
        }
        return Signature.nameOf(start);
    }

    /** Formats that are recognized by how they begin, and by nothing else. */
    private enum Signature {
        PDF("%PDF", "PDF"),
        ZIP("PK\u0003\u0004", "a ZIP archive (or an office document)"),
        GZIP("\u001f\u008b", "gzip"),
        PSD("8BPS", "Photoshop PSD"),
        EPS("%!PS", "PostScript"),
        ICO("\0\0\u0001\0", "a Windows icon"),
        BIG_TIFF_LITTLE("II+\0", "BigTIFF"),
        BIG_TIFF_BIG("MM\0+", "BigTIFF"),
        RAW("II*\0\u0010\0\0\0CR", "a camera's raw file");

        private final String start;
        private final String name;

        Signature(String start, String name) {
            this.start = start;
            this.name = name;
        }

        static String nameOf(byte[] bytes) {
            String start = text(bytes, 0, SIGNATURE_BYTES);
            for (Signature signature : values()) {
                if (start.startsWith(signature.start)) {
                    return signature.name;
                }
            }
            String words = start.replaceAll("[\u00ef\u00bb\u00bf\u00fe\u00ff\0]", "")
                    .stripLeading()
                    .toLowerCase(Locale.ROOT);
            if (words.startsWith("<svg")
                    || (words.startsWith("<?xml") && text(bytes, 0, 1024).contains("<svg"))) {
                return "SVG";
            }
            if (words.startsWith("<!doctype html") || words.startsWith("<html")) {
                return "an HTML page";
            }
            if (words.startsWith("<")) {
                return "XML";
            }
            return isText(bytes) ? "text" : "no image format that is known here";
        }

        private static boolean isText(byte[] bytes) {
            for (int i = 0; i < Math.min(bytes.length, SIGNATURE_BYTES); i++) {
                int c = bytes[i] & 0xFF;
                if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        if (bytes.length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xFF) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** A part of a file, a character a byte; shorter where the file ends. */
    private static String text(byte[] bytes, int from, int length) {
        int start = Math.min(from, bytes.length);
        return new String(bytes, start, Math.min(length, bytes.length - start), StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return label;
    }
}
