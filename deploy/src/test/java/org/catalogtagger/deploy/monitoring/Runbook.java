package org.catalogtagger.deploy.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** deploy/README.md. */
final class Runbook {
    private Runbook() {}

    /** The anchors that its headings get when it is shown: lower case, hyphens for spaces, nothing but letters and digits. */
    static Set<String> anchors() throws IOException {
        return Files.readAllLines(Path.of("../deploy/README.md")).stream()
                .filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
