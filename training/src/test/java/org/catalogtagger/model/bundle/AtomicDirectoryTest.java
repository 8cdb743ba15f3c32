package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that was killed between its two renames leaves the old directory as {@code .NAME.previous}. */
class AtomicDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void bringsBackWhatAKilledWriterHadSetAside() throws IOException {
        setAside("old");
        AtomicDirectory.recover(folder.resolve("model"));
        assertThat(folder.resolve("model/file")).hasContent("old");
        assertThat(folder.resolve(".model.previous")).doesNotExist();
    }

    @Test
    void leavesWhatIsThereAlone() throws IOException {
        setAside("old");
        write("new");
        AtomicDirectory.recover(folder.resolve("model"));
        assertThat(folder.resolve("model/file")).hasContent("new");
        AtomicDirectory.recover(folder.resolve("another"));
        assertThat(folder.resolve("another")).doesNotExist();
    }

    @Test
    void keepsTheOldOneWhereTheNextWriterFails() throws IOException {
        setAside("old");
        assertThatThrownBy(() -> AtomicDirectory.replace(folder.resolve("model"), directory -> {
                    throw new IOException("disk full");
                }))
                .hasMessageContaining("disk full");
        assertThat(folder.resolve("model/file")).hasContent("old");
    }

    /** Else a run that was to be forgotten comes back. */
    @Test
    void whatIsDeletedIsNotBroughtBack() throws IOException {
        write("new");
        setAside("old");
        AtomicDirectory.delete(folder.resolve("model"));
        AtomicDirectory.recover(folder.resolve("model"));
        assertThat(folder).isEmptyDirectory();
        AtomicDirectory.delete(folder.resolve("model"));
    }

    @Test
    void whatIsPutThereMeanwhileGoesAlong() throws IOException {
        write("old");
        Path model = folder.resolve("model");
        String unused = AtomicDirectory.replace(model, directory -> {
            Files.writeString(model.resolve("notes"), "mine");
            return Files.writeString(directory.resolve("file"), "new").toString();
        });
        assertThat(model.resolve("file")).hasContent("new");
        assertThat(model.resolve("notes")).hasContent("mine");
        write("newer");
        assertThat(model.resolve("notes")).as("it was known before").doesNotExist();
    }

    @Test
    void aLinkStaysAndWhatItPointsToIsReplaced() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path target = Files.createSymbolicLink(folder.resolve("model"), Path.of("elsewhere/./real"));
        write("first");
        write("second");
        assertThat(target).isSymbolicLink();
        assertThat(elsewhere.resolve("real/file")).hasContent("second");
        assertThat(elsewhere).isDirectoryContaining("glob:**/real");
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        assertThatThrownBy(() -> AtomicDirectory.requireWritable(circle)).hasMessageContaining("circle");
    }

    @Test
    void aReaderBetweenTheRenamesDoesNotStopTheWriter() throws Exception {
        write("0");
        int rounds = 300;
        Thread reader = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    AtomicDirectory.recover(folder.resolve("model"));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        Throwable[] fault = new Throwable[1];
        reader.setUncaughtExceptionHandler((thread, e) -> fault[0] = e);
        reader.start();
        for (int i = 1; i <= rounds; i++) {
            write("" + i);
        }
        reader.interrupt();
        reader.join();
        assertThat(fault[0]).isNull();
        assertThat(folder.resolve("model/file")).hasContent("" + rounds);
        assertThat(folder.resolve(".model.previous")).doesNotExist();
    }

    @Test
    void aBundleIsFoundAgain() throws IOException {
        Path model = folder.resolve("model");
        TinyModel.save(model, 1);
        Files.move(model, folder.resolve(".model.previous"));
        assertThat(ModelBundle.open(model).description().modelVersion()).isEqualTo("tiny-1");
        Files.move(model, folder.resolve(".model.previous"));
        try (SharedModel shared = SharedModel.acquire(model)) {
            assertThat(shared.description().modelVersion()).isEqualTo("tiny-1");
        }
    }

    private void setAside(String content) throws IOException {
        write(content);
        Files.move(folder.resolve("model"), folder.resolve(".model.previous"));
    }

    private void write(String content) throws IOException {
        Path unused = AtomicDirectory.replace(
                folder.resolve("model"), directory -> Files.writeString(directory.resolve("file"), content));
    }
}
