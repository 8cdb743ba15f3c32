package org.catalogtagger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium, without a window. */
public final class Chromium {
    private static final List<Path> BROWSERS = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));
    private static final List<Path> DRIVERS = List.of(Path.of("/usr/bin/chromedriver"));

    private Chromium() {}

    /** The browser's program. The test is skipped where there is none, and fails there under {@code CI=true}. */
    public static Path program() {
        return require(BROWSERS);
    }

    /** The program that drives it, likewise. */
    public static Path driver() {
        return require(DRIVERS);
    }

    private static Path require(List<Path> places) {
        Path found = places.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (found == null && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("none of " + places);
        }
        Assumptions.assumeTrue(found != null, "skipped: none of " + places);
        return Objects.requireNonNull(found);
    }

    /** A page as the browser has it once it is loaded, its scripts run; skipped or failed as {@link #program()}. */
    public static Document open(Path page) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        program().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--dump-dom",
                        page.toUri().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String dom = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Jsoup.parse(dom);
    }
}
