package org.catalogtagger.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** NOTICE against what the build found on the run-time class path. */
class NoticeIT {
    private static final Path FOUND = Path.of("target", "third-party.txt");
    private static final Path NOTICE = Path.of("..", "NOTICE");
    private static final String HEADING = "The jars, as group:artifact: licence";

    /** Compatible with Apache-2.0 for those who pass a binary on. */
    private static final Set<String> COMPATIBLE = Set.of(
            "Apache-2.0", "MIT", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause (Go)", "0BSD", "ICU", "CC0-1.0");

    @Test
    void namesEachJarAndItsLicence() throws IOException {
        String notice = Files.readString(NOTICE);
        assertThat(notice).contains(HEADING);
        assertThat(notice.substring(notice.indexOf(HEADING) + HEADING.length())
                        .strip()
                        .lines())
                .as("NOTICE, whose list is streaming/target/third-party.txt after ./mvnw package")
                .containsExactlyInAnyOrderElementsOf(found());
    }

    @Test
    void eachJarMayBeTakenUnderACompatibleLicence() throws IOException {
        assertThat(found()).isNotEmpty().allSatisfy(line -> {
            String licences = line.substring(line.lastIndexOf(": ") + 2);
            assertThat(Arrays.asList(licences.split(" or "))).as(line).first().isIn(COMPATIBLE);
        });
    }

    private static List<String> found() throws IOException {
        return Files.readAllLines(FOUND).stream()
                .filter(line -> !line.isBlank())
                .toList();
    }
}
