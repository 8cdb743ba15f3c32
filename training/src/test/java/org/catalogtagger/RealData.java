package org.catalogtagger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Assumptions;

/**
 * The real product images, which are not in the repository: {@code fashion-products-52.zip} in the folder
 * {@code CATALOG_TAGGER_DATA}, or in {@code ../shared/data} beside the repository.
 */
public final class RealData {
    private static final String ARCHIVE = "fashion-products-52.zip";
    private static final String FOLDER = "categorized_products";

    private RealData() {}

    /** The folder of class folders, unpacked into {@code target/data}; the test is skipped where there is none. */
    public static Path requireFolder() throws IOException {
        Optional<Path> folder = folder();
        Assumptions.assumeTrue(folder.isPresent(), "skipped: no real images; set CATALOG_TAGGER_DATA");
        return folder.orElseThrow();
    }

    /** The same, if there is one. */
    public static Optional<Path> folder() throws IOException {
        Path unpacked = repository().resolve("target/data");
        if (!Files.isDirectory(unpacked.resolve(FOLDER))) {
            Optional<Path> archive = archive();
            if (archive.isEmpty()) {
                return Optional.empty();
            }
            unpack(archive.get(), unpacked);
        }
        return Optional.of(unpacked.resolve(FOLDER));
    }

    /** A table of the notebook's figures, in {@code reference} beside the images' folder; as above, if it is missing. */
    public static Path requireReference(String table) {
        Path file = given().resolveSibling("reference").resolve(table);
        Assumptions.assumeTrue(Files.isRegularFile(file), "skipped: no " + file + "; set CATALOG_TAGGER_DATA");
        return file;
    }

    private static Optional<Path> archive() {
        return Optional.of(given().resolve(ARCHIVE)).filter(Files::isRegularFile);
    }

    private static Path given() {
        String given = System.getenv("CATALOG_TAGGER_DATA");
        return given != null
                ? Path.of(given)
                : repository().resolveSibling("shared").resolve("data");
    }

    /** The modules' tests run in the modules' folders. */
    private static Path repository() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    private static void unpack(Path archive, Path target) throws IOException {
        Path temporary = Files.createDirectories(
                target.resolve("." + ProcessHandle.current().pid()));
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory()) {
                    Path file = temporary.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                }
            }
        }
        Files.move(temporary.resolve(FOLDER), target.resolve(FOLDER));
        Files.delete(temporary);
    }
}
