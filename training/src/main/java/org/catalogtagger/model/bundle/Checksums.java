package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SHA-256 sums of a directory's files, in the format of {@code sha256sum}. */
final class Checksums {
    static final String FILE = "SHA256SUMS";

    /** Of three files' sums some hundred bytes are needed; people may have added those of other files. */
    static final long MAX_BYTES = 1 << 16;

    private final Map<String, String> recorded;

    private Checksums(Map<String, String> recorded) {
        this.recorded = recorded;
    }

    static void write(Path directory, List<String> files) throws IOException {
        StringBuilder sums = new StringBuilder();
        for (String file : files) {
            sums.append(Sha256.of(directory.resolve(file)))
                    .append("  ")
                    .append(file)
                    .append('\n');
        }
        Files.writeString(directory.resolve(FILE), sums);
    }

    /**
     * The sums that are recorded in a directory.
     *
     * @throws BundleException if there are none, or the file cannot be such a list
     */
    static Checksums read(Path directory) {
        String text = new String(BundleFile.read(directory.resolve(FILE), MAX_BYTES), StandardCharsets.UTF_8);
        Map<String, String> recorded = new HashMap<>();
        for (String line : text.lines().toList()) {
            String[] parts = line.split(" [ *]", 2);
            if (parts.length == 2) {
                recorded.put(parts[1], parts[0]);
            }
        }
        return new Checksums(recorded);
    }

    /**
     * Checks the sum of a file's bytes as they were read.
     *
     * @throws BundleException if another is recorded, or none
     */
    void verify(Path file, String sum) {
        if (!sum.equals(recorded.get(file.getFileName().toString()))) {
            throw new BundleException(
                    "%s: its SHA-256 differs from the one in %s; it is damaged or was edited".formatted(file, FILE));
        }
    }
}
