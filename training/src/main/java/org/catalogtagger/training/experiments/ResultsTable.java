package org.catalogtagger.training.experiments;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.catalogtagger.training.experiments.Plan.Published;
import org.catalogtagger.training.fit.EpochResult;

/** The runs of a plan, one a row: what was published beside what was measured. */
public final class ResultsTable {
    private final List<Row> rows = new ArrayList<>();

    /**
     * One run.
     *
     * @param publishedLoss of the last epoch
     * @param epochs that ran here; 0 if the run is not done
     * @param loss of the last epoch
     */
    public record Row(
            String name,
            OptionalDouble publishedTest,
            OptionalDouble test,
            OptionalDouble publishedTrain,
            OptionalDouble train,
            OptionalDouble publishedLoss,
            OptionalDouble loss,
            int publishedEpochs,
            int epochs,
            double seconds,
            String remark) {}

    /** The table of what is done. */
    public ResultsTable(Plan plan, Map<String, RunResult> results) {
        for (PlannedRun run : plan.runs()) {
            Published published =
                    run.published().orElse(new Published(OptionalDouble.empty(), OptionalDouble.empty(), List.of()));
            RunResult result = results.get(run.name());
            List<EpochResult> history = result == null ? List.of() : result.history();
            rows.add(new Row(
                    run.name(),
                    published.testAccuracy(),
                    result == null ? OptionalDouble.empty() : result.testAccuracy(),
                    published.trainAccuracy(),
                    result == null ? OptionalDouble.empty() : result.trainAccuracy(),
                    last(published.losses()),
                    last(history.stream().map(EpochResult::loss).toList()),
                    published.losses().size(),
                    history.size(),
                    result == null ? 0 : result.seconds(),
                    result == null ? "not run" : result.remark()));
        }
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** For a console; percentages. */
    public String text() {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-18s %21s %21s %19s %7s%n%-18s %21s %21s %19s %7s  %s%n",
                "",
                "test accuracy",
                "training accuracy",
                "last loss",
                "",
                "run",
                "published  measured",
                "published  measured",
                "published  measured",
                "epochs",
                "remark"));
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-18s %11s %9s %11s %9s %9s %9s %7s  %s%n",
                    row.name(),
                    percent(row.publishedTest()),
                    percent(row.test()),
                    percent(row.publishedTrain()),
                    percent(row.train()),
                    number(row.publishedLoss()),
                    number(row.loss()),
                    row.epochs() == 0 ? "-" : Integer.toString(row.epochs()),
                    row.remark()));
        }
        return table.toString();
    }

    /** As CSV; fractions, and empty where there is nothing. */
    public void writeCsv(Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader(
                        "run",
                        "published_test_accuracy",
                        "test_accuracy",
                        "published_train_accuracy",
                        "train_accuracy",
                        "published_loss",
                        "loss",
                        "published_epochs",
                        "epochs",
                        "seconds",
                        "remark")
                .setRecordSeparator('\n')
                .get();
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(writer, format)) {
            for (Row row : rows) {
                csv.printRecord(
                        row.name(),
                        cell(row.publishedTest()),
                        cell(row.test()),
                        cell(row.publishedTrain()),
                        cell(row.train()),
                        cell(row.publishedLoss()),
                        cell(row.loss()),
                        row.publishedEpochs(),
                        row.epochs(),
                        String.format(Locale.ROOT, "%.1f", row.seconds()),
                        row.remark());
            }
        }
    }

    private static OptionalDouble last(List<Double> values) {
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(values.get(values.size() - 1));
    }

    private static String percent(OptionalDouble fraction) {
        return fraction.isPresent() ? String.format(Locale.ROOT, "%.2f %%", 100 * fraction.getAsDouble()) : "-";
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
    }

    private static String cell(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.6f", value.getAsDouble()) : "";
    }
}
