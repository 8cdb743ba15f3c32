package org.catalogtagger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium, without a window. */
public final class Chromium {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));

    private Chromium() {}

    /**
     * A page as the browser has it once it is loaded, its scripts run. The test is skipped where there is no browser, and
     * fails there under {@code CI=true}.
     */
    public static Document open(Path page) throws IOException, InterruptedException {
        Path browser = PLACES.stream().filter(Files::isExecutable).findFirst().orElse(null);
        if (browser == null && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("none of " + PLACES);
        }
        Assumptions.assumeTrue(browser != null, "skipped: none of " + PLACES);
        Process process = new ProcessBuilder(
                        String.valueOf(browser),
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
