package org.catalogtagger.streaming.fetch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The beginning of a path, and whether another path lies under it whichever way a server or file system reads it: some
 * decode twice, drop parameters ({@code ;x}), take a backslash or an encoded slash for a slash. So nothing of it may lead
 * up, in any reading, and it must begin with the very segments, decoded once.
 */
final class PathPrefix {
    private static final int MAX_READINGS = 6;

    /** UTF-8 of ASCII in more bytes than it takes, which careless decoders accept; as Latin-1. */
    private static final Pattern OVERLONG =
            Pattern.compile("[\u00c0\u00c1][\u0080-\u00bf]|\u00e0[\u0080-\u009f]|\u00f0[\u0080-\u008f]");

    private static final Pattern SLASH = Pattern.compile("[/\\\\]");

    /** Also with blanks, which some file systems drop. */
    private static final Pattern LEADS_UP = Pattern.compile("\\s*\\.\\s*\\.[.\\s]*");

    private final List<String> segments;

    /** A prefix as a URI has it: encoded, with a slash first. */
    PathPrefix(String rawPath) {
        String path = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        this.segments = segmentsOf(path);
    }

    /** Whether a path, as a URI has it, lies under this prefix or is it. */
    boolean covers(String rawPath) {
        if (segments.size() == 1) {
            // The root: there is nothing above it.
            return true;
        }
        List<String> found = segmentsOf(rawPath);
        return found.size() >= segments.size()
                && found.subList(0, segments.size()).equals(segments)
                && !leadsUp(rawPath);
    }

    private static List<String> segmentsOf(String rawPath) {
        return Arrays.stream(rawPath.split("/", -1))
                .map(PathPrefix::decoded)
                .map(PathPrefix::text)
                .toList();
    }

    private static boolean leadsUp(String rawPath) {
        String reading = rawPath;
        for (int i = 0; i < MAX_READINGS; i++) {
            if (hasSegmentUp(reading) || hasSegmentUp(Normalizer.normalize(reading, Normalizer.Form.NFKC))) {
                return true;
            }
            byte[] decoded = decoded(reading);
            if (OVERLONG.matcher(new String(decoded, StandardCharsets.ISO_8859_1))
                    .find()) {
                return true;
            }
            String next = text(decoded);
            if (next.equals(reading)) {
                return false;
            }
            reading = next;
        }
        // Encoded so often for no good reason.
        return true;
    }

    private static boolean hasSegmentUp(String path) {
        return SLASH.splitAsStream(path)
                .map(segment -> segment.split(";", 2)[0])
                .anyMatch(segment -> LEADS_UP.matcher(segment).matches());
    }

    private static byte[] decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                int end = text.offsetByCodePoints(i, 1);
                bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end - 1;
            }
        }
        return bytes.toByteArray();
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }
}
