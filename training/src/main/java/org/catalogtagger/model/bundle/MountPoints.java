package org.catalogtagger.model.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where file systems are mounted: such a directory cannot be renamed, not even by its owner. */
final class MountPoints {
    /** Of Linux; elsewhere nobody knows. */
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    /** The fifth field of a line, in which spaces are written so. */
    private static final int PLACE = 4;

    private static final Pattern OCTAL = Pattern.compile("\\\\(\\d{3})");

    private MountPoints() {}

    /**
     * Whether one is at a directory.
     *
     * @param directory its real path
     */
    static boolean has(Path directory) throws IOException {
        if (!Files.isReadable(TABLE)) {
            return false;
        }
        String place = directory.toString();
        return Files.readString(TABLE, StandardCharsets.UTF_8).lines().anyMatch(line -> placeIn(line)
                .equals(place));
    }

    static String placeIn(String line) {
        String[] fields = line.split(" ", -1);
        return fields.length <= PLACE
                ? ""
                : OCTAL.matcher(fields[PLACE])
                        .replaceAll(octal ->
                                Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8))));
    }
}
