package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.Checkpoint;
import org.catalogtagger.training.report.Metrics.Validation;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private static final Checkpoint.Run RUN =
            new Checkpoint.Run(NullNode.getInstance(), "", new SplitSettings(0.2, 0), 0L);

    @Test
    void choosesByTheValidationPartWhateverTheTestPartSays() {
        Choice choice = Choice.among(
                        List.of("a", "b", "not done"),
                        Map.of("a", of(result(Optional.of(0.7), 0.5)), "b", of(result(Optional.of(0.6), 0.9))))
                .orElseThrow();
        assertThat(choice.best()).isEqualTo("a");
        assertThat(choice.next()).contains("b");
        assertThat(choice.onValidation()).isTrue();
        assertThat(choice.lead().orElseThrow().isAbove()).isTrue();
    }

    @Test
    void repeatsCountByTheirMean() {
        Repeats lucky = of(result(Optional.of(0.8), 0.5), result(Optional.of(0.4), 0.5));
        Repeats steady = of(result(Optional.of(0.7), 0.5), result(Optional.of(0.7), 0.5));
        assertThat(Choice.among(List.of("lucky", "steady"), Map.of("lucky", lucky, "steady", steady))
                        .orElseThrow()
                        .best())
                .isEqualTo("steady");
    }

    @Test
    void whatLeadsByNothingIsCalledAsGood() {
        assertThat(leadOf(0.6, 0.6)).isEqualTo("which is as good");
        assertThat(leadOf(0.61, 0.6)).isEqualTo("a difference that chance makes too");
        assertThat(leadOf(0.7, 0.6)).isEqualTo("a difference that is more than chance makes");
        assertThat(Choice.among(List.of("a"), Map.of("a", of(result(Optional.of(0.6), 0.5))))
                        .orElseThrow()
                        .leadInWords())
                .isEmpty();
    }

    private static String leadOf(double best, double next) {
        return Choice.among(
                        List.of("a", "b"),
                        Map.of("a", of(result(Optional.of(best), 0.5)), "b", of(result(Optional.of(next), 0.5))))
                .orElseThrow()
                .leadInWords();
    }

    @Test
    void saysWhereItHadNothingButTheTestPart() {
        Choice choice = Choice.among(
                        List.of("a", "b"),
                        Map.of("a", of(result(Optional.empty(), 0.5)), "b", of(result(Optional.of(0.1), 0.9))))
                .orElseThrow();
        assertThat(choice.best()).isEqualTo("b");
        assertThat(choice.onValidation()).isFalse();
        assertThat(Choice.among(List.of("a"), Map.of())).isEmpty();
    }

    private static Repeats of(RunResult... results) {
        return new Repeats(List.of(results));
    }

    private static RunResult result(Optional<Double> validation, double test) {
        return new RunResult(
                "",
                RUN,
                1000,
                List.of(),
                validation.map(accuracy -> new Validation(accuracy, accuracy, 1000)),
                OptionalDouble.of(test),
                OptionalDouble.of(test),
                OptionalDouble.of(test),
                Map.of("Ties", new ClassCounts(800, 200, 100)),
                Optional.empty(),
                Optional.empty(),
                "cpu",
                Instant.EPOCH);
    }
}
