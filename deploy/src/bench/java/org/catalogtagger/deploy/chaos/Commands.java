package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the system, run to their end. */
final class Commands {
    private Commands() {}

    /**
     * Runs one.
     *
     * @throws IOException with what it said, if it fails
     */
    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s: %s".formatted(String.join(" ", command), said.strip()));
        }
    }

    /** Runs one whose words hold no spaces. */
    static void run(String command) throws IOException, InterruptedException {
        run(List.of(command.split(" ", -1)));
    }
}
