package org.catalogtagger.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
            sums.append(sha256(directory.resolve(file)))
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
                String sum = sha256(directory.resolve(file));
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

    /** A file's sum, 64 hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = newSha256();
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
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

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
