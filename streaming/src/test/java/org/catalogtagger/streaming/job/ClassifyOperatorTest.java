package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.model.TinyModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyOperatorTest {
    private static final int MAX_BATCH = 4;
    private static final long MAX_DELAY = 50;

    @TempDir
    private Path folder;

    private OneInputStreamOperatorTestHarness<DecodedImage, TaggedImage> harness;

    @BeforeEach
    void open() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        harness = new OneInputStreamOperatorTestHarness<>(
                new ClassifyOperator(folder.resolve("model"), MAX_BATCH, Duration.ofMillis(MAX_DELAY), 2));
        harness.open();
        harness.setProcessingTime(1000);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void flushesAFullBatch() throws Exception {
        send(1, 2, 3);
        assertThat(tagged()).isEmpty();
        send(4, 5);
        assertThat(tagged()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void flushesWhenTheFirstImageHasWaitedTheDelay() throws Exception {
        send(1);
        harness.setProcessingTime(1000 + MAX_DELAY - 1);
        send(2);
        assertThat(tagged()).isEmpty();
        harness.setProcessingTime(1000 + MAX_DELAY);
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void theDelayOfTheNextBatchBeginsWithItsOwnFirstImage() throws Exception {
        send(1, 2, 3, 4);
        harness.setProcessingTime(1000 + MAX_DELAY - 10);
        send(5);
        harness.setProcessingTime(1000 + MAX_DELAY + 10);
        assertThat(tagged()).doesNotContain("5");
        harness.setProcessingTime(1000 + 2 * MAX_DELAY - 10);
        assertThat(tagged()).contains("5");
    }

    @Test
    void flushesBeforeTheCheckpointBarrier() throws Exception {
        send(1, 2);
        harness.prepareSnapshotPreBarrier(1);
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void flushesAtTheEndOfTheInput() throws Exception {
        send(1, 2);
        harness.endInput();
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void aWatermarkDoesNotOvertakeTheImagesBeforeIt() throws Exception {
        send(1, 2);
        harness.processWatermark(new Watermark(99));
        assertThat(harness.getOutput()).isEmpty();
        send(3, 4);
        assertThat(harness.getOutput()).hasSize(5).last().isEqualTo(new Watermark(99));
        harness.processWatermark(new Watermark(100));
        assertThat(harness.getOutput()).hasSize(6).last().isEqualTo(new Watermark(100));
    }

    @Test
    void theHeldWatermarkGoesBeforeTheStreamIsIdle() throws Exception {
        send(1);
        harness.processWatermark(new Watermark(99));
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        assertThat(harness.getOutput().toArray()).hasSize(3).satisfies(output -> {
            assertThat(output[1]).isEqualTo(new Watermark(99));
            assertThat(output[2]).isEqualTo(WatermarkStatus.IDLE);
        });
    }

    @Test
    void aTagSaysWhatWhenAndByWhom() throws Exception {
        send(1, 2, 3, 4);
        StreamRecord<?> first = (StreamRecord<?>) harness.getOutput().peek();
        TaggedImage tag = (TaggedImage) first.getValue();
        assertThat(first.getTimestamp()).isEqualTo(10);
        assertThat(tag.eventTime()).isEqualTo(10);
        assertThat(tag.taggedAt()).isEqualTo(1000);
        assertThat(tag.modelVersion()).isEqualTo("tiny-1");
        assertThat(tag.top()).hasSize(2);
        assertThat(tag.label()).isIn(TinyModel.CLASSES);
        assertThat(tag.truth()).contains("Ties");
    }

    private void send(int... ids) throws Exception {
        for (int id : ids) {
            byte[] pixels = new byte[4800];
            pixels[id] = (byte) 200;
            List<EventHeader> headers = List.of(new EventHeader("label", "Ties".getBytes(StandardCharsets.UTF_8)));
            harness.processElement(new DecodedImage("" + id, pixels, headers, 10L * id), 10L * id);
        }
    }

    private List<String> tagged() {
        Object[] output = harness.getOutput().toArray();
        return IntStream.range(0, output.length)
                .filter(i -> output[i] instanceof StreamRecord)
                .mapToObj(i -> ((TaggedImage) ((StreamRecord<?>) output[i]).getValue()).productId())
                .toList();
    }
}
