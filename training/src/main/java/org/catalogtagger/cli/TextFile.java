package org.catalogtagger.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A text that somebody's spreadsheet wrote.
 *
 * @param text without byte-order mark
 * @param assumed whether the encoding is but a guess, because the bytes say nothing and are not UTF-8
 */
public record TextFile(String text, Charset charset, boolean assumed) {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** What Excel writes as "CSV" in western Europe and America. */
    private static final Charset WINDOWS = Charset.forName("windows-1252");

    /**
     * Reads UTF-8, UTF-16 with a byte-order mark, or, where it is neither, Windows-1252.
     *
     * @throws CommandException if it holds NUL characters: it is no text, or UTF-16 without its mark
     */
    public static TextFile read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean utf16 = startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF);
        Charset charset = utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        TextFile decoded;
        try {
            decoded = new TextFile(strictly(bytes, charset), charset, false);
        } catch (CharacterCodingException e) {
            if (utf16) {
                throw new CommandException(
                        file + ": not whole UTF-16, as its first bytes promise; save it as UTF-8", e);
            }
            decoded = new TextFile(new String(bytes, WINDOWS), WINDOWS, true);
        }
        int nul = decoded.text.indexOf('\0');
        if (nul >= 0) {
            throw new CommandException("%s, line %d: holds a NUL character; save it as a text in UTF-8"
                    .formatted(file, decoded.text.substring(0, nul).lines().count()));
        }
        return decoded;
    }

    /** That the encoding is but assumed, if so. */
    public Optional<String> note(Path file) {
        return assumed
                ? Optional.of(
                        "%s: not UTF-8, read as %s; save it as UTF-8 if names come out wrong".formatted(file, charset))
                : Optional.empty();
    }

    private static String strictly(byte[] bytes, Charset charset) throws CharacterCodingException {
        String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static boolean startsWith(byte[] bytes, int first, int second) {
        return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }
}
