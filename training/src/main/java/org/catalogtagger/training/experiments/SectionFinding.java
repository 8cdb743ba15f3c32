package org.catalogtagger.training.experiments;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.training.experiments.PlannedSection.Sweep;

/**
 * What came of a section of the plan.
 *
 * @param choice of its sweep, in words, if it has one
 */
public record SectionFinding(PlannedSection section, Optional<String> choice, List<ClaimFinding> claims) {
    public SectionFinding {
        claims = List.copyOf(claims);
    }

    /**
     * What came of a claim.
     *
     * @param published what the published figures say of it
     * @param found what those say that were measured here
     */
    public record ClaimFinding(String text, Judgement published, Judgement found) {}

    /** Of each section, in their order. */
    public static List<SectionFinding> of(Plan plan, Map<String, Repeats> results) throws IOException {
        Map<String, Evidence> published = new LinkedHashMap<>();
        Map<String, Evidence> measured = new LinkedHashMap<>();
        for (Plan.PlannedRun run : plan.runs()) {
            String name = run.name();
            published.put(name, Evidence.published(plan, run));
            measured.put(
                    name, Evidence.measured(name, plan.recipeOf(run).epochs(), Optional.ofNullable(results.get(name))));
        }
        List<SectionFinding> findings = new ArrayList<>();
        for (PlannedSection section : plan.sections()) {
            findings.add(new SectionFinding(
                    section,
                    section.sweep().map(sweep -> words(sweep, results)),
                    section.claims().stream()
                            .map(claim -> new ClaimFinding(claim.text(), claim.judge(published), claim.judge(measured)))
                            .toList()));
        }
        return findings;
    }

    private static String words(Sweep sweep, Map<String, Repeats> results) {
        long done = sweep.runs().stream().filter(results::containsKey).count();
        return Choice.among(sweep.runs(), results)
                .map(choice -> words(choice, done, sweep, results))
                .orElse("No run of it has a result yet.");
    }

    private static String words(Choice choice, long done, Sweep sweep, Map<String, Repeats> results) {
        StringBuilder words = new StringBuilder(String.format(
                Locale.ROOT,
                "Of the runs that differ in %s, %d of %d done, %s is best on the %s: %s",
                sweep.of(),
                done,
                sweep.runs().size(),
                choice.best(),
                choice.onValidation() ? "validation part" : "test part, for want of a validation part",
                percent(choice.best(), choice.onValidation(), results)));
        choice.next()
                .ifPresent(next -> words.append("; next is %s with %s, %s"
                        .formatted(next, percent(next, choice.onValidation(), results), choice.leadInWords())));
        words.append('.');
        if (choice.onValidation()) {
            words.append(" On the test part, read once it was chosen, it has %s."
                    .formatted(percent(choice.best(), false, results)));
        }
        sweep.chosen()
                .ifPresent(chosen -> words.append(
                        chosen.equals(choice.best())
                                ? " It is the one that was published as best."
                                : " Published as best was %s.".formatted(chosen)));
        return words.toString();
    }

    private static String percent(String name, boolean onValidation, Map<String, Repeats> results) {
        Repeats run = Objects.requireNonNull(results.get(name));
        return (onValidation ? run.validationAccuracy() : run.testAccuracy())
                .map(accuracy -> accuracy.percent(1))
                .orElse("-");
    }
}
