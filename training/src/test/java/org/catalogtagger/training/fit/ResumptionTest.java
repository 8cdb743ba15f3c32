package org.catalogtagger.training.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.dataset.SplitSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumptionTest {
    private static final EpochResult EPOCH =
            new EpochResult(1, 1, 0.5, OptionalDouble.empty(), OptionalDouble.empty(), 100, 1);

    @TempDir
    private Path folder;

    @Test
    void theSameRunGoesOnWithoutMoreWords() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        assertThat(check("")).containsExactly("going on after epoch 3");
    }

    @Test
    void saysWhatIsOtherwiseAndWhatThatMeans() throws IOException {
        save("{members: 3, epochs: 4, validationFraction: 0}", new Checkpoint.Progress(1, 2, 2, 0), 6);
        assertThat(
                        check(
                                """
                        {members: 3, epochs: 8, dropout: 0.1, validationFraction: 0,
                         optimizer: {kind: sgd, learningRate: 0.01, momentum: 0.9, weightDecay: 0}}
                        """))
                .hasSize(6)
                .startsWith("going on after epoch 6, in network 2 of 3", "  dropout: 0.1, which was 0.0")
                .contains("  epochs: 8, which was 4")
                .endsWith(
                        "  the new optimizer begins without a memory of the steps so far",
                        "  the networks that are finished stay as they are, of 4 epochs");
    }

    @Test
    void aNetworkThatIsFinishedIsToldOfThoughNoOtherHasBegun() throws IOException {
        save("{members: 3, epochs: 4, validationFraction: 0}", new Checkpoint.Progress(0, 4, 4, 0), 4);
        assertThat(check("{members: 3, epochs: 8, validationFraction: 0}"))
                .endsWith("  the networks that are finished stay as they are, of 4 epochs");
        assertThat(check("{members: 3, epochs: 2, validationFraction: 0}"))
                .endsWith("  the networks that are finished stay as they are, of 4 epochs");
    }

    @Test
    void aSlowerOptimizerOfTheSameKindKeepsItsMemory() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        assertThat(check("optimizer: {learningRate: 0.001}"))
                .hasSize(2)
                .last()
                .asString()
                .contains("optimizer: {", "0.001", "which was {", "0.01");
    }

    @Test
    void saysThatAnotherProcessorHasOtherLastBits() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        Path state = folder.resolve("run/checkpoint.json");
        Files.writeString(
                state, Files.readString(state).replace(PyTorch.arithmetic(), "64 threads, GenuineIntel avx512f"));
        assertThat(check(""))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("  begun with 64 threads, GenuineIntel avx512f; this is ")
                .contains("differ in their last bits");
    }

    @Test
    void anotherRunIsRefused() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        assertThatThrownBy(() -> check("{batchSize: 16, hiddenLayers: [8], epochs: 9}"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("another run, which differs in: hiddenLayers, batchSize, epochs; --restart")
                .hasMessageContaining("what may change is optimizer, schedule, epochs, dropout");
    }

    @Test
    void fewerEpochsThanHaveRunAreRefused() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        assertThat(check("epochs: 3")).contains("  epochs: 3, which was 4");
        assertThatThrownBy(() -> check("epochs: 2"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("has 3 epochs behind it, more than the 2 that the recipe says now");
    }

    /** Killed between the two renames of a save. */
    @Test
    void aStateThatWasSetAsideIsFoundAgain() throws IOException {
        save("", new Checkpoint.Progress(0, 3, 3, 0), 3);
        Files.move(folder.resolve("run"), folder.resolve(".run.previous"));
        assertThat(checkpoint("").exists()).isTrue();
        assertThat(check("")).containsExactly("going on after epoch 3");
    }

    private void save(String changes, Checkpoint.Progress progress, int epochs) throws IOException {
        try (NDManager manager = PyTorch.newManager()) {
            NDArray array = manager.create(new float[] {1});
            array.setName("w");
            checkpoint(changes).save(Collections.nCopies(epochs, EPOCH), progress, new NDList(array));
        }
    }

    private List<String> check(String changes) throws IOException {
        return Resumption.check(checkpoint(changes));
    }

    private Checkpoint checkpoint(String changes) {
        return new Checkpoint(
                folder.resolve("run"),
                new Checkpoint.Run(
                        SmallRun.recipe(changes.isEmpty() ? "{}" : changes).toJson(),
                        "digest",
                        new SplitSettings(0.2, 0),
                        0L));
    }
}
