package org.catalogtagger.model.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file that has no ending begins as an image does. */
final class FirstBytes {
    private FirstBytes() {}

    /** Reads a regular file's. */
    static boolean areAnImages(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ImageFormat.of(in.readNBytes(ImageFormat.SIGNATURE_BYTES)).isPresent();
        }
    }
}
