package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** SHA-256 sums of a directory's files, in the format of {@code sha256sum}. */
final class Checksums {
    static final String FILE = "SHA256SUMS";

    private Checksums() {}

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
     * Checks every file against its recorded sum.
     *
     * @return the sums by file
     * @throws BundleException naming the first file that differs or has no sum
     */
    static Map<String, String> verify(Path directory, List<String> files) {
        Map<String, String> sums = new LinkedHashMap<>();
        try {
            Map<String, String> recorded = recorded(directory.resolve(FILE));
            for (String file : files) {
                String sum = Sha256.of(directory.resolve(file));
                if (!sum.equals(recorded.get(file))) {
                    throw new BundleException("%s: its SHA-256 differs from the one in %s; it is damaged or was edited"
                            .formatted(directory.resolve(file), FILE));
                }
                sums.put(file, sum);
            }
        } catch (IOException e) {
            throw new BundleException("the model bundle " + directory + " cannot be read: " + e.getMessage(), e);
        }
        return sums;
    }

    private static Map<String, String> recorded(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new BundleException("the model bundle " + file.getParent() + " has no " + FILE);
        }
        Map<String, String> sums = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" [ *]", 2);
            if (parts.length == 2) {
                sums.put(parts[1], parts[0]);
            }
        }
        return sums;
    }
}
