package org.catalogtagger.training.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The runs of a plan, one a row: what was published beside what was measured. */
public final class ResultsTable {
    private final List<Row> rows;

    /**
     * One run.
     *
     * @param repeats that are done here; 0 if the run is not done
     * @param validation accuracy on the images that runs are chosen by
     * @param publishedLoss of the last epoch
     * @param loss of the last epoch
     * @param epochs that ran here
     * @param publishedSeconds of all epochs
     * @param seconds of all epochs
     * @param publishedEpochSeconds the median
     * @param epochSeconds the median
     */
    public record Row(
            String name,
            int repeats,
            Optional<Spread> validation,
            OptionalDouble publishedTest,
            Optional<Spread> test,
            OptionalDouble publishedMacroRecall,
            Optional<Spread> macroRecall,
            OptionalDouble publishedTrain,
            Optional<Spread> train,
            OptionalDouble publishedLoss,
            Optional<Spread> loss,
            int publishedEpochs,
            Optional<Spread> epochs,
            OptionalDouble publishedSeconds,
            Optional<Spread> seconds,
            OptionalDouble publishedEpochSeconds,
            OptionalDouble epochSeconds,
            String remark) {}

    /** The table of what is done. */
    public ResultsTable(Plan plan, Map<String, Repeats> results) {
        rows = plan.runs().stream()
                .map(run -> row(
                        run.name(),
                        run.published().orElse(Published.NOTHING),
                        Optional.ofNullable(results.get(run.name()))))
                .toList();
    }

    private static Row row(String name, Published published, Optional<Repeats> repeats) {
        return new Row(
                name,
                repeats.map(own -> own.results().size()).orElse(0),
                repeats.flatMap(Repeats::validationAccuracy),
                published.testAccuracy(),
                repeats.flatMap(Repeats::testAccuracy),
                published.macroRecall(),
                repeats.flatMap(Repeats::macroRecall),
                published.trainAccuracy(),
                repeats.flatMap(Repeats::trainAccuracy),
                published.losses().stream().mapToDouble(loss -> loss).reduce((earlier, later) -> later),
                repeats.flatMap(Repeats::loss),
                published.losses().size(),
                repeats.flatMap(Repeats::epochs),
                published.seconds().isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(published.seconds().stream()
                                .mapToDouble(seconds -> seconds)
                                .sum()),
                repeats.flatMap(Repeats::seconds),
                median(published.seconds()),
                median(repeats.map(Repeats::epochSeconds).orElse(List.of())),
                repeats.map(Repeats::remark).orElse("not run"));
    }

    private static OptionalDouble median(List<Double> values) {
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Measure.median(values));
    }

    public List<Row> rows() {
        return rows;
    }

    /** For a console; percentages, published before measured. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of(
                "", "validation", "test", "", "macro", "training", "", "last loss", "", "s/epoch", "", "epochs"));
        lines.add(List.of(
                "run",
                "here",
                "published",
                "here",
                "recall",
                "published",
                "here",
                "published",
                "here",
                "publ.",
                "here",
                ""));
        for (Row row : rows) {
            lines.add(List.of(
                    row.name(),
                    percent(row.validation()),
                    percent(row.publishedTest()),
                    percent(row.test()),
                    percent(row.macroRecall()),
                    percent(row.publishedTrain()),
                    percent(row.train()),
                    number("%.3f", row.publishedLoss()),
                    row.loss().map(loss -> loss.number(3)).orElse("-"),
                    number("%.1f", row.publishedEpochSeconds()),
                    number("%.1f", row.epochSeconds()),
                    row.epochs().map(Spread::count).orElse("-")));
        }
        int[] widths = IntStream.range(0, lines.get(0).size())
                .map(i -> lines.stream()
                        .mapToInt(line -> line.get(i).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder line = new StringBuilder(pad(lines.get(i).get(0), -widths[0]));
            for (int column = 1; column < widths.length; column++) {
                line.append("  ").append(pad(lines.get(i).get(column), widths[column]));
            }
            String remark = i < 2 ? "" : rows.get(i - 2).remark();
            table.append((line + "  " + remark).stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }

    private static String pad(String text, int width) {
        String spaces = " ".repeat(Math.abs(width) - text.length());
        return width < 0 ? text + spaces : spaces + text;
    }

    private static String percent(Optional<Spread> spread) {
        return spread.map(some -> some.percent(2)).orElse("-");
    }

    private static String percent(OptionalDouble fraction) {
        return fraction.isPresent() ? String.format(Locale.ROOT, "%.2f %%", 100 * fraction.getAsDouble()) : "-";
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }
}
