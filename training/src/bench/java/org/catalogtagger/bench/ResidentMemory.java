package org.catalogtagger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds, as Linux tells; deploy/bin/bench takes the whole heap at the start. */
public final class ResidentMemory {
    private ResidentMemory() {}

    /** Megabytes inside the heap and outside it, files that are only mapped left out. */
    public static double anonymousMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IllegalStateException("no RssAnon in /proc/self/status");
    }
}
