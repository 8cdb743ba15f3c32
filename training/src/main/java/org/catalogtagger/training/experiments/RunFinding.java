package org.catalogtagger.training.experiments;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.catalogtagger.training.experiments.Plan.PlannedRun;

/** What came of one run, in sentences. */
final class RunFinding {
    private RunFinding() {}

    static String words(Plan plan, PlannedRun run, Repeats repeats) throws IOException {
        Optional<Spread> test = repeats.testAccuracy();
        if (test.isEmpty()) {
            return "Here the " + repeats.remark() + ".";
        }
        RunResult first = repeats.first();
        int planned = plan.recipeOf(run).epochs();
        boolean isShort = first.plannedEpochs() < planned;
        StringBuilder words = new StringBuilder(String.format(
                Locale.ROOT,
                "Measured here, on %,d images and %s: %s of the test images right after %s epoch(s)%s",
                first.images(),
                first.device().equals("cpu") ? "the CPU" : first.device(),
                test.get().percent(1),
                repeats.epochs().orElseThrow().count(),
                isShort ? " of " + planned : ""));
        run.published()
                .flatMap(published -> published.testAccuracy().stream().boxed().findFirst())
                .ifPresent(
                        published -> words.append(String.format(Locale.ROOT, "; published: %.1f %%", 100 * published))
                                .append(isShort ? "" : distance(plan, test.get(), repeats, published)));
        words.append('.');
        if (!repeats.remark().isEmpty()) {
            boolean isOfAll = repeats.results().stream()
                    .allMatch(result -> result.constantAnswer().isPresent());
            words.append(isOfAll ? " It has " : " Not each time: ")
                    .append(repeats.remark())
                    .append('.');
        }
        return words.toString();
    }

    /** Whether chance alone makes such a difference from what was published. */
    private static String distance(Plan plan, Spread test, Repeats repeats, double published) {
        long publishedImages = plan.publishedClasses().values().stream()
                .mapToLong(ClassCounts::test)
                .sum();
        if (publishedImages == 0 || repeats.testImages() == 0) {
            return "";
        }
        Difference difference = Difference.ofShares(test.mean(), repeats.testImages(), published, publishedImages);
        return difference.isAbove() || difference.isBelow()
                ? String.format(
                        Locale.ROOT,
                        ". The difference of %+.1f points is more than another draw of test images makes",
                        100 * difference.value())
                : ". Another draw of test images makes as much of a difference";
    }
}
