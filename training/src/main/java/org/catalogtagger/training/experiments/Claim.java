package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What somebody says of runs, in words for people and in a form that figures decide. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
    @JsonSubTypes.Type(Claim.Better.class),
    @JsonSubTypes.Type(Claim.LearnsNothing.class),
    @JsonSubTypes.Type(Claim.FallsThroughout.class),
    @JsonSubTypes.Type(Claim.StillFalls.class),
    @JsonSubTypes.Type(Claim.LevelsOff.class)
})
public sealed interface Claim {
    /** Epochs at the end that tell whether a loss still falls. */
    int LAST_EPOCHS = 3;

    /** A loss that falls by less than this share of it in an epoch is level. */
    double LEVEL = 0.01;

    /** In words. */
    String text();

    /** The names of the runs that it speaks of. */
    List<String> runs();

    /**
     * Whether figures bear it out.
     *
     * @param evidence of each of its runs, by their names
     */
    Judgement judge(Map<String, Evidence> evidence);

    /**
     * One run is better than each of others.
     *
     * @param by what; the test accuracy if nothing is said
     */
    record Better(@NotBlank String text, @NotNull String better, @NotEmpty List<@NotNull String> than, Measure by)
            implements Claim {
        public Better {
            by = by == null ? Measure.TEST_ACCURACY : by;
        }

        @Override
        public List<String> runs() {
            return Stream.concat(Stream.of(better), than.stream()).toList();
        }

        @Override
        public Judgement judge(Map<String, Evidence> evidence) {
            Evidence one = of(better, evidence);
            return Judgement.all(than.stream()
                    .map(other -> by.compare(one, of(other, evidence)))
                    .toList());
        }
    }

    /** Each run answers one class to every image. */
    record LearnsNothing(@NotBlank String text, @NotEmpty List<@NotNull String> learnsNothing) implements Claim {
        @Override
        public List<String> runs() {
            return learnsNothing;
        }

        @Override
        public Judgement judge(Map<String, Evidence> evidence) {
            return Judgement.all(
                    learnsNothing.stream().map(run -> judge(of(run, evidence))).toList());
        }

        private static Judgement judge(Evidence run) {
            if (run.lacks().isPresent()) {
                return Judgement.unknown(run.lacks().get());
            }
            if (run.diverged()) {
                return Judgement.of(true, run.name() + " diverged");
            }
            return Spread.of(run.testAccuracies())
                    .map(accuracy -> Judgement.of(
                            run.learnedNothing(),
                            "%s %s%s"
                                    .formatted(
                                            run.name(),
                                            accuracy.percent(1),
                                            run.learnedNothing() ? ", one answer to every image" : "")))
                    .orElseGet(() -> Judgement.unknown("no test accuracy of " + run.name()));
        }
    }

    /** The loss of a run falls in each of its epochs. */
    record FallsThroughout(@NotBlank String text, @NotNull String fallsThroughout) implements Claim {
        @Override
        public List<String> runs() {
            return List.of(fallsThroughout);
        }

        @Override
        public Judgement judge(Map<String, Evidence> evidence) {
            Evidence run = of(fallsThroughout, evidence);
            return judgeLosses(run, run.meanLosses(), 2, losses -> {
                List<String> risen = new ArrayList<>();
                IntStream.range(1, losses.size())
                        .filter(i -> losses.get(i) >= losses.get(i - 1))
                        .forEach(i -> risen.add(Integer.toString(i + 1)));
                return Judgement.of(
                        risen.isEmpty(),
                        risen.isEmpty()
                                ? String.format(
                                        Locale.ROOT,
                                        "from %.3f to %.3f, in each of %d epochs",
                                        losses.get(0),
                                        losses.get(losses.size() - 1),
                                        losses.size())
                                : "it does not fall in epoch " + String.join(", ", risen));
            });
        }
    }

    /** The loss of a run falls to the end. */
    record StillFalls(@NotBlank String text, @NotNull String stillFalls) implements Claim {
        @Override
        public List<String> runs() {
            return List.of(stillFalls);
        }

        @Override
        public Judgement judge(Map<String, Evidence> evidence) {
            return judgeEnd(of(stillFalls, evidence), true);
        }
    }

    /** The loss of a run hardly changes in the end. */
    record LevelsOff(@NotBlank String text, @NotNull String levelsOff) implements Claim {
        @Override
        public List<String> runs() {
            return List.of(levelsOff);
        }

        @Override
        public Judgement judge(Map<String, Evidence> evidence) {
            return judgeEnd(of(levelsOff, evidence), false);
        }
    }

    private static Judgement judgeEnd(Evidence run, boolean isToFall) {
        return judgeLosses(run, run.meanLastLosses(LAST_EPOCHS + 1), LAST_EPOCHS + 1, losses -> {
            double last = losses.get(losses.size() - 1);
            double before = losses.get(0);
            double fall = 1 - Math.pow(last / before, 1.0 / LAST_EPOCHS);
            boolean told = isToFall ? fall >= LEVEL : Math.abs(fall) < LEVEL;
            return Judgement.of(
                    told,
                    String.format(
                            Locale.ROOT,
                            "from %.3f to %.3f in the last %d epochs, %.1f %% an epoch",
                            before,
                            last,
                            LAST_EPOCHS,
                            -100 * fall));
        });
    }

    /** Judges by the losses of each epoch, if there are as many as it takes. */
    private static Judgement judgeLosses(
            Evidence run, List<Double> losses, int atLeast, Function<List<Double>, Judgement> judge) {
        if (run.lacks().isPresent()) {
            return Judgement.unknown(run.lacks().get());
        }
        if (run.diverged()) {
            return Judgement.of(false, run.name() + " diverged");
        }
        return losses.size() < atLeast
                ? Judgement.unknown("%s losses of %s, where %d would tell"
                        .formatted(losses.isEmpty() ? "no" : losses.size(), run.name(), atLeast))
                : judge.apply(losses);
    }

    private static Evidence of(String run, Map<String, Evidence> evidence) {
        return Objects.requireNonNull(evidence.get(run), run);
    }
}
