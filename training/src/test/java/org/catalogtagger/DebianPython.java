package org.catalogtagger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The system's Python with a module, as a second opinion. */
public final class DebianPython {
    private static final String INTERPRETER = "/usr/bin/python3";

    private DebianPython() {}

    /** The interpreter; the test is skipped where the module is absent, and fails there under {@code CI=true}. */
    public static String require(String module) throws IOException, InterruptedException {
        boolean there = Files.isExecutable(Path.of(INTERPRETER))
                && new ProcessBuilder(INTERPRETER, "-c", "import " + module)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        if (!there && "true".equals(System.getenv("CI"))) {
            throw new AssertionError(INTERPRETER + " has no module " + module);
        }
        Assumptions.assumeTrue(there, "skipped: " + INTERPRETER + " has no module " + module);
        return INTERPRETER;
    }
}
