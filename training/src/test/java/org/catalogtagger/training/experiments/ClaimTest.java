package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catalogtagger.training.experiments.Judgement.Verdict;
import org.catalogtagger.training.experiments.SectionFinding.ClaimFinding;
import org.junit.jupiter.api.Test;

class ClaimTest {
    @Test
    void aDifferenceCountsIfItIsMoreThanTheChoiceOfTestImagesMakes() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.TEST_ACCURACY);
        assertThat(verdict(claim, run("one", 0.60), run("other", 0.50))).isEqualTo(Verdict.HOLDS);
        assertThat(verdict(claim, run("one", 0.50), run("other", 0.60))).isEqualTo(Verdict.DOES_NOT_HOLD);
        assertThat(verdict(claim, run("one", 0.51), run("other", 0.50))).isEqualTo(Verdict.CANNOT_BE_TOLD);
    }

    @Test
    void aDifferenceWithinTheSpreadOfRepeatsDoesNotCount() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.TEST_ACCURACY);
        assertThat(verdict(claim, run("one", 0.45, 0.75), run("other", 0.40, 0.60)))
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdict(claim, run("one", 0.59, 0.60, 0.61), run("other", 0.49, 0.50, 0.51)))
                .isEqualTo(Verdict.HOLDS);
    }

    @Test
    void onlyTheBestOfAllIsTheBest() {
        Claim claim = new Claim.Better("", "one", List.of("a", "b"), Measure.TEST_ACCURACY);
        assertThat(verdict(claim, run("one", 0.6), run("a", 0.5), run("b", 0.4)))
                .isEqualTo(Verdict.HOLDS);
        assertThat(verdict(claim, run("one", 0.6), run("a", 0.6), run("b", 0.4)))
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdict(claim, run("one", 0.6), run("a", 0.6), run("b", 0.8)))
                .isEqualTo(Verdict.DOES_NOT_HOLD);
    }

    @Test
    void nothingCanBeToldOfARunThatIsNotDoneOrWasCutShort() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.TEST_ACCURACY);
        Evidence none = Evidence.measured("other", 10, Optional.empty());
        Judgement judgement = judge(claim, run("one", 0.6), none);
        assertThat(judgement.verdict()).isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(judgement.because()).containsExactly("other is not run yet");
    }

    @Test
    void whatDivergesIsWorseThanWhatDoesNot() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.TEST_ACCURACY);
        assertThat(verdict(claim, run("one", 0.1), diverged("other"))).isEqualTo(Verdict.HOLDS);
        assertThat(verdict(claim, diverged("one"), run("other", 0.1))).isEqualTo(Verdict.DOES_NOT_HOLD);
        Claim faster = new Claim.Better("", "one", List.of("other"), Measure.SECONDS);
        assertThat(verdict(faster, run("one", 0.1), diverged("other"))).isEqualTo(Verdict.CANNOT_BE_TOLD);
    }

    @Test
    void lossesAreComparedWhereRepeatsTellTheSpread() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.LOSS);
        assertThat(verdict(claim, losses("one", List.of(2.0, 1.0)), losses("other", List.of(2.0, 1.5))))
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdict(
                        claim,
                        repeated("one", List.of(List.of(2.0, 1.0), List.of(2.0, 1.01))),
                        repeated("other", List.of(List.of(2.0, 1.5), List.of(2.0, 1.51)))))
                .isEqualTo(Verdict.HOLDS);
    }

    @Test
    void secondsAreComparedWhereRepeatsOnOneDeviceTellTheSpread() {
        Claim claim = new Claim.Better("", "one", List.of("other"), Measure.SECONDS);
        assertThat(verdict(claim, seconds("one", "cpu", 10.1, 10.2), seconds("other", "cpu", 12.1, 12.2)))
                .isEqualTo(Verdict.HOLDS);
        assertThat(verdict(claim, seconds("one", "cpu", 10.1, 14), seconds("other", "cpu", 12.1, 12.2)))
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdict(claim, seconds("one", "cpu", 10.1), seconds("other", "cpu", 12.1)))
                .as("a run each")
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(judge(claim, seconds("one", "gpu:0", 1, 1.1), seconds("other", "cpu", 12.1, 12.2))
                        .because())
                .singleElement()
                .asString()
                .isEqualTo("they ran on cpu and gpu:0");
    }

    @Test
    void tellsHowALossEnds() {
        Evidence falling = losses("one", List.of(4.0, 3.0, 2.5, 2.2, 2.0));
        Evidence level = losses("one", List.of(4.0, 3.45, 3.46, 3.45, 3.45));
        Claim falls = new Claim.StillFalls("", "one");
        Claim levels = new Claim.LevelsOff("", "one");
        Claim throughout = new Claim.FallsThroughout("", "one");
        assertThat(Stream.of(falls, levels, throughout).map(claim -> verdict(claim, falling)))
                .containsExactly(Verdict.HOLDS, Verdict.DOES_NOT_HOLD, Verdict.HOLDS);
        assertThat(Stream.of(falls, levels, throughout).map(claim -> verdict(claim, level)))
                .containsExactly(Verdict.DOES_NOT_HOLD, Verdict.HOLDS, Verdict.DOES_NOT_HOLD);
        assertThat(judge(throughout, level).because()).containsExactly("it does not fall in epoch 3, 5");
        assertThat(verdict(falls, losses("one", List.of(4.0, 3.0)))).isEqualTo(Verdict.CANNOT_BE_TOLD);
    }

    /** Each of two repeats stopped when it got no better: their last epochs are not those of one number. */
    @Test
    void theEndOfRepeatsIsThatOfEach() {
        Evidence stopped = repeated(
                "one", List.of(List.of(5.0, 4.0, 3.0, 2.0, 1.0), List.of(9.0, 8.0, 7.0, 6.0, 4.0, 3.0, 2.0, 1.0)));
        assertThat(judge(new Claim.StillFalls("", "one"), stopped).because())
                .containsExactly("from 4.000 to 1.000 in the last 3 epochs, -37.0 % an epoch");
        assertThat(judge(new Claim.FallsThroughout("", "one"), stopped).because())
                .containsExactly("from 7.000 to 2.500, in each of 5 epochs");
    }

    /** The notebook's account of itself, by its own figures: not all that it says is in them. */
    @Test
    void judgesTheNotebookByItsOwnFigures() throws IOException {
        Plan plan = Plan.named("notebook");
        Map<String, Judgement> published = SectionFinding.of(plan, Map.of()).stream()
                .flatMap(section -> section.claims().stream())
                .collect(Collectors.toMap(ClaimFinding::text, ClaimFinding::published));
        assertThat(published).hasSize(31);
        assertThat(verdictOn("learns nothing in ten", published)).isEqualTo(Verdict.HOLDS);
        assertThat(verdictOn("0.3 is too high", published)).isEqualTo(Verdict.HOLDS);
        assertThat(verdictOn("Momentum 0.5 raises", published)).isEqualTo(Verdict.DOES_NOT_HOLD);
        assertThat(verdictOn("nearly constant", published)).isEqualTo(Verdict.DOES_NOT_HOLD);
        assertThat(verdictOn("Batches of 32 raise", published)).isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdictOn("Batches of 128 take less", published))
                .as("one run each")
                .isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(verdictOn("Tanh is better", published)).isEqualTo(Verdict.CANNOT_BE_TOLD);
        assertThat(plan.publishedClasses().values().stream()
                        .mapToLong(ClassCounts::test)
                        .sum())
                .isEqualTo(7450);
    }

    private static Verdict verdictOn(String words, Map<String, Judgement> published) {
        return published.entrySet().stream()
                .filter(claim -> claim.getKey().contains(words))
                .map(claim -> claim.getValue().verdict())
                .findFirst()
                .orElseThrow();
    }

    private static Verdict verdict(Claim claim, Evidence... evidence) {
        return judge(claim, evidence).verdict();
    }

    private static Judgement judge(Claim claim, Evidence... evidence) {
        return claim.judge(Stream.of(evidence).collect(Collectors.toMap(Evidence::name, run -> run)));
    }

    private static Evidence run(String name, Double... accuracies) {
        return new Evidence(
                name, 1000, List.of(accuracies), List.of(), List.of(10.0), Set.of(), false, false, Optional.empty());
    }

    private static Evidence diverged(String name) {
        return new Evidence(name, 0, List.of(), List.of(), List.of(10.0), Set.of(), false, true, Optional.empty());
    }

    private static Evidence losses(String name, List<Double> losses) {
        return repeated(name, List.of(losses));
    }

    private static Evidence repeated(String name, List<List<Double>> losses) {
        return new Evidence(name, 1000, List.of(), losses, List.of(), Set.of(), false, false, Optional.empty());
    }

    private static Evidence seconds(String name, String device, double... seconds) {
        List<Double> medians = Arrays.stream(seconds).boxed().toList();
        return new Evidence(name, 1000, List.of(), List.of(), medians, Set.of(device), false, false, Optional.empty());
    }
}
