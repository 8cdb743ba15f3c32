package org.catalogtagger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
    @TempDir
    private Path place;

    @Test
    void nobodyElseReadsIt() throws IOException {
        Path folder = place.resolve("user/1");
        TemporaryFolder.claim(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("user"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aThreadThatIsInterruptedMakesItForAll() throws IOException {
        Thread.currentThread().interrupt();
        TemporaryFolder.claim(place.resolve("user/1"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(place.resolve("user/1/.lock")).exists();
    }

    @Test
    void thatOfALiveProcessStaysAndThatOfAKilledOneIsRemovedByTheNext() throws Exception {
        Process first = start();
        Path abandoned = folderOf(first);
        first.destroyForcibly().waitFor();
        assertThat(abandoned).isDirectory();

        Process second = start();
        Path used = folderOf(second);
        assertThat(abandoned).doesNotExist();
        Process third = start();
        folderOf(third);
        assertThat(used.resolve("deep/file")).exists();

        terminate(second);
        terminate(third);
        try (Stream<Path> left = Files.list(used.getParent())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void whatIsBeingStoppedMayWriteUntilItHasStopped() throws Exception {
        Process process = start();
        Path folder = folderOf(process);
        terminate(process);
        assertThat(folder).doesNotExist();
    }

    @Test
    void aLaunchersFolderIsLeftUntilItsJvmRuns() throws IOException {
        Path starting = Files.createDirectory(place.resolve("starting"));
        Path old = Files.createDirectory(place.resolve("old"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(3600)));
        Files.writeString(place.resolve("a file"), "of whoever");
        TemporaryFolder.removeAbandoned(place, place.resolve("mine"));
        assertThat(starting).exists();
        assertThat(old).doesNotExist();
        assertThat(place.resolve("a file")).exists();
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Path precious = Files.createDirectory(place.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Path folders = Files.createDirectory(place.resolve("folders"));
        Path abandoned = Files.createDirectory(folders.resolve("1"));
        Files.createFile(abandoned.resolve(".lock"));
        Files.createSymbolicLink(abandoned.resolve("link"), precious);
        Files.createSymbolicLink(folders.resolve("2"), precious);
        TemporaryFolder.removeAbandoned(folders, folders.resolve("mine"));
        assertThat(abandoned).doesNotExist();
        assertThat(precious.resolve("file")).exists();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsOneLine() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        assertThatThrownBy(() -> TemporaryFolder.claim(file.resolve("1"))).isInstanceOf(IOException.class);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Djava.io.tmpdir=" + place,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Path folderOf(Process process) throws IOException {
        return Path.of(
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine());
    }

    private static void terminate(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
    }

    /** A process that writes until the end, and while it is stopped. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] arguments) throws Exception {
            TemporaryFolder.open();
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            Files.writeString(Files.createDirectories(folder.resolve("deep")).resolve("file"), "x");
            StopOnExit running = new StopOnExit();
            running.add(() -> Files.writeString(
                    Files.createDirectories(folder.resolve("deep")).resolve("last words"), "y"));
            System.out.println(folder);
            new CountDownLatch(1).await();
        }
    }
}
