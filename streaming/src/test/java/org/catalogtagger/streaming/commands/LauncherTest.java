package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/bin/tagger} says before it starts a JVM. */
class LauncherTest {
    @TempDir
    private Path jdk;

    @Test
    void aJavaThatIsTooOldIsNamed() throws Exception {
        java("11.0.2");
        assertThat(run())
                .isEqualTo("tagger: " + jdk.resolve("bin/java")
                        + " is Java 11; a JDK 17 or later is needed, and JAVA_HOME can say where\n");
    }

    @Test
    void soIsOneOfTheOldNumbering() throws Exception {
        java("1.8.0_292");
        assertThat(run()).contains("is Java 8; a JDK 17");
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws Exception {
        assertThat(run())
                .isEqualTo("tagger: no Java at " + jdk + "; install a JDK 17 or later, and set JAVA_HOME to it\n");
    }

    private void java(String version) throws IOException {
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.createFile(
                Files.createDirectory(jdk.resolve("bin")).resolve("java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private String run() throws IOException, InterruptedException {
        ProcessBuilder launcher = new ProcessBuilder("../deploy/bin/tagger", "--help").redirectErrorStream(true);
        launcher.environment().put("JAVA_HOME", jdk.toString());
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        return said;
    }
}
