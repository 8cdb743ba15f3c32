package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryClaimTest {
    @TempDir
    private Path folder;

    @Test
    void onlyOneHasADirectoryUntilItIsFreed() throws IOException {
        Path target = folder.resolve("model");
        DirectoryClaim claim = DirectoryClaim.beside(target);
        assertThatThrownBy(() -> DirectoryClaim.beside(folder.resolve("other/../model")))
                .hasMessageStartingWith("another command is writing ")
                .hasMessageEndingWith(" now: process " + ProcessHandle.current().pid());
        DirectoryClaim other = DirectoryClaim.beside(folder.resolve("other"));
        claim.close();
        claim.close();
        DirectoryClaim.beside(target).close();
        other.close();
        assertThat(folder).as("nothing is left about").isEmptyDirectory();
    }

    @Test
    void aFileThatCannotBeMadeIsAnError() throws IOException {
        Files.createSymbolicLink(folder.resolve(".model.lock"), folder.resolve("gone/file"));
        assertThatThrownBy(() -> DirectoryClaim.beside(folder.resolve("model"))).isInstanceOf(IOException.class);
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
        try (DirectoryClaim claim = DirectoryClaim.within(link)) {
            Files.writeString(folder.resolve("real/page"), "");
        }
        assertThat(link).isDirectoryContaining("glob:**/page");
    }

    @Test
    void aDirectoryThatWasMadeForNothingGoesAgain() throws IOException {
        Path target = folder.resolve("a/report");
        DirectoryClaim.within(target).close();
        assertThat(target).doesNotExist();
        try (DirectoryClaim claim = DirectoryClaim.within(target)) {
            Files.writeString(target.resolve("page"), "");
        }
        DirectoryClaim.within(target).close();
        assertThat(target).isDirectoryContaining("glob:**/page");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        DirectoryClaim.within(empty).close();
        assertThat(empty).as("it was there before").isEmptyDirectory();
    }

    /** What is being written is the other's until then: whether it lives only its lock says. */
    @Test
    void aProcessThatIsKilledFreesItAndLeavesNothing() throws Exception {
        Path target = folder.resolve("model");
        Process process = start(target);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("claimed");
            Path writing = Files.createDirectory(folder.resolve(".model.writing-0"));
            assertThatThrownBy(() -> DirectoryClaim.beside(target))
                    .hasMessage("another command is writing %s now: process %d".formatted(target, process.pid()));
            assertThat(writing).exists();
            process.destroyForcibly().waitFor();
            DirectoryClaim.beside(target).close();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void aProcessThatIsStoppedLeavesNothing() throws Exception {
        Process process = start(folder.resolve("model"));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("claimed");
            process.destroy();
            process.waitFor();
            assertThat(folder).isEmptyDirectory();
        }
    }

    /** Each frees the file that the next may have opened already. Whoever has it makes a directory that must not be there. */
    @Test
    void neverTwoProcessesHaveItAtOnce() throws Exception {
        Path target = folder.resolve("model");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(target, "300"));
        }
        int claims = 0;
        for (Process process : processes) {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                claims += Integer.parseInt(out.readLine());
            }
            assertThat(process.waitFor()).isZero();
        }
        assertThat(claims).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    private static Process start(Path target, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                target.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Has a directory until it is stopped; or, given how often it is to try, tries so often and prints how often it had it. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            Path target = Path.of(arguments[0]);
            if (arguments.length > 1) {
                System.out.println(claims(target, Integer.parseInt(arguments[1])));
                return;
            }
            DirectoryClaim claim = DirectoryClaim.beside(target);
            System.out.println("claimed");
            Thread.sleep(60_000);
            claim.close();
        }

        private static int claims(Path target, int tries) throws IOException {
            int claims = 0;
            for (int i = 0; i < tries; i++) {
                DirectoryClaim claim;
                try {
                    claim = DirectoryClaim.beside(target);
                } catch (IOException e) {
                    continue;
                }
                try (claim) {
                    claims++;
                    Files.createDirectory(target);
                    Files.delete(target);
                }
            }
            return claims;
        }
    }
}
