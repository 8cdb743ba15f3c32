package org.catalogtagger.model.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Whether a file that has no ending begins as an image does. */
final class FirstBytes {
    private static final int ENOUGH = 16;

    /** In Latin-1, a byte a character. In a bitmap, the four bytes after its length are zero. */
    private static final Pattern IMAGE = Pattern.compile(
            String.join(
                    "|",
                    List.of(
                            "\\xFF\\xD8\\xFF",
                            "\\x89PNG\\r\\n\\x1A\\n",
                            "RIFF....WEBP",
                            "GIF8[79]a",
                            "BM....\\x00{4}",
                            "II\\*\\x00",
                            "MM\\x00\\*")),
            Pattern.DOTALL);

    private FirstBytes() {}

    /** Reads a regular file's. */
    static boolean areAnImages(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(ENOUGH);
            return IMAGE.matcher(StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(start)))
                    .lookingAt();
        }
    }
}
