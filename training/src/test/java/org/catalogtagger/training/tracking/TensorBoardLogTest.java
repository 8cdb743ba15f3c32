package org.catalogtagger.training.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.DynamicMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.training.fit.EpochResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Read again with protobuf's own reader, by TensorFlow's published definition of the messages. */
class TensorBoardLogTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void aFileBeginsAsThoseOfTensorFlowDo() throws IOException {
        TensorBoardLog.open(folder.resolve("new/run"), warnings::add).close();
        Path file = files(folder.resolve("new/run")).get(0);
        assertThat(String.valueOf(file.getFileName())).matches("events\\.out\\.tfevents\\.\\d{10}\\..+");
        byte[] bytes = Files.readAllBytes(file);
        // As each file that Python's SummaryWriter makes: 24 bytes, their masked checksum, the time, the version.
        assertThat(HexFormat.of().formatHex(bytes, 0, 13)).isEqualTo("1800000000000000a37f4b2209");
        List<DynamicMessage> events = TensorFlowEvents.read(file);
        assertThat(events).hasSize(1);
        assertThat(TensorFlowEvents.text(events.get(0), "file_version")).isEqualTo("brain.Event:2");
        assertThat(TensorFlowEvents.number(events.get(0), "wall_time"))
                .isCloseTo(System.currentTimeMillis() / 1e3, within(600.0));
    }

    @Test
    void eachEpochHasItsFigures() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(folder, warnings::add)) {
            log.onEpoch(epoch(1, 2.5, 0.25, OptionalDouble.empty()), 300);
            log.onEpoch(epoch(300, 0.5, 0.875, OptionalDouble.of(0.75)), 300);
            log.tested(new ConfusionMatrix(List.of("a", "b"), new long[][] {{3, 1}, {0, 4}}));
        }
        List<DynamicMessage> events = TensorFlowEvents.read(files(folder).get(0));
        assertThat(events).hasSize(4);
        assertThat(TensorFlowEvents.number(events.get(1), "step")).isEqualTo(1);
        assertThat(TensorFlowEvents.scalars(events.get(1)))
                .containsOnlyKeys("loss", "accuracy/training", "images_per_second")
                .containsEntry("loss", 2.5f)
                .containsEntry("accuracy/training", 0.25f);
        assertThat(TensorFlowEvents.number(events.get(2), "step"))
                .as("two bytes long")
                .isEqualTo(300);
        assertThat(TensorFlowEvents.scalars(events.get(2)))
                .containsEntry("accuracy/validation", 0.75f)
                .containsEntry("macro_recall/validation", 0.75f);
        assertThat(TensorFlowEvents.number(events.get(3), "step")).isEqualTo(300);
        assertThat(TensorFlowEvents.scalars(events.get(3)))
                .containsEntry("accuracy/test", 0.875f)
                .containsEntry("macro_recall/test", 0.875f);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aReaderSeesAnEpochWhileTheRunGoesOn() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(folder, warnings::add)) {
            log.onEpoch(epoch(1, 2.5, 0.25, OptionalDouble.empty()), 2);
            assertThat(TensorFlowEvents.read(files(folder).get(0))).hasSize(2);
        }
    }

    @Test
    void aRunThatGoesOnTakesBackTheEpochsThatItRepeats() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(folder, warnings::add)) {
            log.onEpoch(epoch(8, 1, 0.5, OptionalDouble.empty()), 9);
            log.onEpoch(epoch(9, 1, 0.5, OptionalDouble.empty()), 9);
        }
        List<DynamicMessage> events = TensorFlowEvents.read(files(folder).get(0));
        assertThat(events).hasSize(4);
        assertThat(TensorFlowEvents.number(events.get(1), "step")).isEqualTo(8);
        assertThat(TensorFlowEvents.sessionStatus(events.get(1))).isEqualTo("START");
        assertThat(TensorFlowEvents.scalars(events.get(2))).containsKey("loss");
        assertThat(TensorFlowEvents.scalars(events.get(3))).containsKey("loss");
    }

    @Test
    void saysWhereItCannotBegin() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> TensorBoardLog.open(file, warnings::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    static boolean hasFullDevice() {
        return Files.isWritable(Path.of("/dev/full"));
    }

    @Test
    @EnabledIf("hasFullDevice")
    void aFullDiskCostsTheFiguresAndNotTheRun() throws IOException {
        Path file = Path.of("/dev/full");
        TensorBoardLog log = new TensorBoardLog(new EventFile(Files.newOutputStream(file)), file, warnings::add);
        log.onEpoch(epoch(1, 1, 0.5, OptionalDouble.empty()), 2);
        log.onEpoch(epoch(2, 1, 0.5, OptionalDouble.empty()), 2);
        log.close();
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).startsWith("no more figures for TensorBoard: " + file);
    }

    private static EpochResult epoch(int epoch, double loss, double accuracy, OptionalDouble validation) {
        return new EpochResult(epoch, loss, accuracy, validation, validation, 1000, 1);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
