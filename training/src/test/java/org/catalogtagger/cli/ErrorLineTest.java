package org.catalogtagger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
    @Test
    void isOneLine() {
        assertThat(ErrorLine.of(new CommandException("first\n  second\r\nthird")))
                .isEqualTo("first second third");
    }

    @Test
    void namesTheMissingFile() {
        assertThat(ErrorLine.of(new UncheckedIOException(new NoSuchFileException("/x/y"))))
                .isEqualTo("no such file or directory: /x/y");
    }

    @Test
    void keepsTheSystemsWords() {
        assertThat(ErrorLine.of(new FileSystemException("/x", null, "No space left on device")))
                .isEqualTo("/x: No space left on device");
    }

    @Test
    void saysWhereTemporaryFilesLieWhenADiskIsFull() {
        assertThat(ErrorLine.of(new IOException("No space left on device")))
                .contains("No space left on device", System.getProperty("java.io.tmpdir"), "TMPDIR");
    }

    @Test
    void unwrapsWhatThreadsPutAround() {
        assertThat(ErrorLine.of(new ExecutionException(new IOException("gone"))))
                .isEqualTo("gone");
    }

    @Test
    void namesTheKindOfWhatOtherLibrariesThrow() {
        assertThat(ErrorLine.of(new IllegalArgumentException("-1"))).isEqualTo("IllegalArgumentException: -1");
    }

    @Test
    void namesTheKindWhereThereIsNoMessage() {
        assertThat(ErrorLine.of(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
