package org.catalogtagger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.BundleFiles;
import org.catalogtagger.model.bundle.ModelBundle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle of somebody else's program, opened and used like one of ours. */
class ProgramBundleTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void save() throws IOException {
        model = TinyProgram.save(folder.resolve("model")).directory();
    }

    @Test
    void classifies() {
        try (Classifier classifier = Classifier.load(model)) {
            assertThat(classifier.classify(List.of(TinyProgram.image(10), TinyProgram.image(240))))
                    .extracting(Prediction::label)
                    .containsExactly("dark", "bright");
        }
    }

    @Test
    void anImageForWhichItFailsLeavesOthersTheirAnswers() {
        try (Classifier classifier = Classifier.load(model)) {
            List<Prediction> predictions =
                    classifier.classify(List.of(TinyProgram.image(10), TinyProgram.failing(), TinyProgram.image(240)));
            assertThat(predictions).extracting(Prediction::isAnswer).containsExactly(true, false, true);
            assertThat(predictions.get(0).label()).isEqualTo("dark");
            assertThat(predictions.get(1).probabilities()).containsExactly(Float.NaN, Float.NaN);
            assertThat(predictions.get(2).label()).isEqualTo("bright");
            assertThat(predictions.get(2).probability(1))
                    .isEqualTo(classifier
                            .classify(List.of(TinyProgram.image(240)))
                            .get(0)
                            .probability(1));
        }
    }

    @Test
    void isCopiedAndFetchedWhole() throws IOException {
        ModelBundle.open(model).copyTo(folder.resolve("copy"));
        Path fetched = Files.createDirectory(folder.resolve("fetched"));
        BundleFiles.fetch(
                (file, to, limit) -> {
                    try {
                        assertThat(Files.size(model.resolve(file))).isLessThanOrEqualTo(limit);
                        Files.copy(model.resolve(file), to);
                    } catch (IOException e) {
                        throw new BundleException(file, e);
                    }
                },
                description -> assertThat(fetched.resolve("program.pt")).doesNotExist(),
                fetched);
        for (Path copy : List.of(folder.resolve("copy"), fetched)) {
            assertThat(ModelBundle.open(copy).description())
                    .isEqualTo(ModelBundle.open(model).description());
            Classifier.load(copy).close();
        }
        assertThat(BundleFiles.inOrderOfWriting(ModelBundle.open(model).description()))
                .startsWith("program.pt")
                .endsWith("SHA256SUMS");
    }

    @Test
    void damageIsSeenBeforePyTorchSeesIt() throws IOException {
        Path program = model.resolve("program.pt");
        byte[] bytes = Files.readAllBytes(program);
        bytes[bytes.length / 2] ^= 1;
        Files.write(program, bytes);
        assertThatThrownBy(() -> ModelBundle.open(model))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("program.pt")
                .hasMessageContaining("its SHA-256 differs");
        Files.delete(program);
        assertThatThrownBy(() -> ModelBundle.open(model)).hasMessageContaining("has no program.pt");
    }

    /** It is looked at when it is opened, and read again when it is loaded. */
    @Test
    void aProgramThatIsReplacedInBetweenIsRefused() throws IOException {
        ModelBundle opened = ModelBundle.open(model);
        TinyProgram.copyOther(model.resolve("program.pt"));
        assertThatThrownBy(() -> Classifier.load(opened))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("do they belong together?");
        Files.write(model.resolve("program.pt"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> Classifier.load(opened))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("no TorchScript program");
    }

    @Test
    void isNotLoadedWhereProgramsAreRefused() {
        assertThatThrownBy(() -> SharedModel.acquire(model, Programs.REFUSED))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("holds a TorchScript program")
                .hasMessageContaining("model.programs");
        try (SharedModel shared = SharedModel.acquire(model, Programs.ALLOWED)) {
            assertThat(shared.classifier().classes()).isEqualTo(TinyProgram.CLASSES);
            // Nor where another has loaded it.
            assertThatThrownBy(() -> SharedModel.acquire(model, Programs.REFUSED))
                    .isInstanceOf(BundleException.class);
        }
        assertThat(SharedModel.inMemory()).isZero();
    }
}
