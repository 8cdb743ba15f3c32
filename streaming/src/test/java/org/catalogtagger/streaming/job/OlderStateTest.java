package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.catalogtagger.streaming.accuracy.AccuracyMetrics;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.junit.jupiter.api.Test;

/**
 * State that earlier versions have written: tags knew neither what accuracy to expect of them nor how bright their image
 * was. The files hold one tag of a product that is labelled (right, segment shop), and one of a product that is not.
 */
class OlderStateTest {
    @Test
    void isReadAndCountsOn() throws Exception {
        try (AccuracyHarness harness = AccuracyHarness.restored(
                new AccuracyWindows(AccuracyWindows.Kind.SLIDING, 100, 100),
                Duration.ofHours(1),
                Duration.ofHours(1),
                state("join-labels-1.state"),
                state("close-windows-1.state"))) {
            harness.label(new ProductLabel("2", "Ties", 30));
            harness.watermark(200);
            AccuracyMetrics all = harness.told().get(0).metrics();
            assertThat(all.tagged()).isEqualTo(2);
            assertThat(all.support()).isEqualTo(2);
            assertThat(all.correct()).isEqualTo(2);
            assertThat(all.expectedAccuracy()).as("not known of them").isZero();
        }
    }

    private static OperatorSubtaskState state(String file) throws IOException, ClassNotFoundException {
        try (InputStream in = Objects.requireNonNull(OlderStateTest.class.getResourceAsStream(file), file);
                ObjectInputStream objects = new ObjectInputStream(in)) {
            return (OperatorSubtaskState) objects.readObject();
        }
    }
}
