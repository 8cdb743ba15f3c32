package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class FinalWatermarkTest {
    @Test
    void anIdleInputThatEndsEndsTime() throws Exception {
        try (OneInputStreamOperatorTestHarness<String, String> harness = harness()) {
            harness.processElement("image", 1);
            harness.processWatermark(1);
            harness.processWatermarkStatus(WatermarkStatus.IDLE);
            harness.endInput();
            assertThat(harness.getOutput())
                    .containsExactly(
                            new StreamRecord<>("image", 1),
                            new Watermark(1),
                            WatermarkStatus.IDLE,
                            WatermarkStatus.ACTIVE,
                            Watermark.MAX_WATERMARK);
        }
    }

    @Test
    void timeThatHasEndedEndsOnce() throws Exception {
        try (OneInputStreamOperatorTestHarness<String, String> harness = harness()) {
            harness.processWatermark(Watermark.MAX_WATERMARK);
            harness.endInput();
            assertThat(harness.getOutput()).containsExactly(Watermark.MAX_WATERMARK);
        }
    }

    private static OneInputStreamOperatorTestHarness<String, String> harness() throws Exception {
        OneInputStreamOperatorTestHarness<String, String> harness =
                new OneInputStreamOperatorTestHarness<>(new FinalWatermark<>());
        harness.open();
        return harness;
    }
}
