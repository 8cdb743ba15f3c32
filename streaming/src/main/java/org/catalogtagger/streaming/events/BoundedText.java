package org.catalogtagger.streaming.events;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text from outside, so that it can be compared, kept as state and written as JSON. */
public final class BoundedText {
    /** Of a class or a segment, in UTF-8: there are as many of them in memory as somebody cares to send. */
    public static final int MAX_NAME_BYTES = 256;

    private static final char REPLACEMENT = '\uFFFD';

    private BoundedText() {}

    /** Whether all surrogates come in pairs; JSON may escape others, and no writer of UTF-8 takes them. */
    public static boolean isWellFormed(String text) {
        return firstLoneSurrogate(text) < 0;
    }

    /** The text with U+FFFD for each surrogate without its other half. */
    public static String wellFormed(String text) {
        int lone = firstLoneSurrogate(text);
        if (lone < 0) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text);
        for (int i = lone; i < mended.length(); i++) {
            if (isPair(mended, i)) {
                i++;
            } else if (Character.isSurrogate(mended.charAt(i))) {
                mended.setCharAt(i, REPLACEMENT);
            }
        }
        return mended.toString();
    }

    private static int firstLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!isPair(text, i)) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean isPair(CharSequence text, int i) {
        return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
    }

    /** The text, well-formed, and cut with an ellipsis if it has more characters. */
    public static String shortened(String text, int maxChars) {
        String start = text.length() <= maxChars ? text : text.substring(0, maxChars - 1) + '…';
        return wellFormed(start);
    }

    /** Bytes in UTF-8. */
    public static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** As many whole characters as have no more bytes. */
    public static byte[] utf8Start(byte[] utf8, int maxBytes) {
        if (utf8.length <= maxBytes) {
            return utf8;
        }
        int end = maxBytes;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(utf8, end);
    }
}
