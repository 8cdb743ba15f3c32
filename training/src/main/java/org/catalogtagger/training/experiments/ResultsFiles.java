package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.training.experiments.ResultsTable.Row;

/** The results of a plan for programs: fractions, seconds, and nothing where there is nothing. */
public final class ResultsFiles {
    private static final String[] COLUMNS = {
        "run",
        "published_test_accuracy",
        "test_accuracy",
        "test_accuracy_deviation",
        "validation_accuracy",
        "validation_accuracy_deviation",
        "published_macro_recall",
        "macro_recall",
        "macro_recall_deviation",
        "published_train_accuracy",
        "train_accuracy",
        "train_accuracy_deviation",
        "published_loss",
        "loss",
        "loss_deviation",
        "published_epochs",
        "epochs",
        "published_seconds",
        "seconds",
        "seconds_deviation",
        "published_epoch_seconds",
        "epoch_seconds",
        "repeats",
        "remark"
    };

    private ResultsFiles() {}

    /** Writes a table, a row a run. */
    public static void writeCsv(List<Row> rows, Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader(COLUMNS)
                .setRecordSeparator('\n')
                .get();
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(writer, format)) {
            for (Row row : rows) {
                csv.printRecord(cells(row));
            }
        }
    }

    private static List<String> cells(Row row) {
        List<String> cells = new ArrayList<>(List.of(row.name(), cell(row.publishedTest())));
        addTo(cells, row.test());
        addTo(cells, row.validation());
        cells.add(cell(row.publishedMacroRecall()));
        addTo(cells, row.macroRecall());
        cells.add(cell(row.publishedTrain()));
        addTo(cells, row.train());
        cells.add(cell(row.publishedLoss()));
        addTo(cells, row.loss());
        cells.add(Integer.toString(row.publishedEpochs()));
        cells.add(row.epochs()
                .map(epochs ->
                        BigDecimal.valueOf(epochs.mean()).stripTrailingZeros().toPlainString())
                .orElse("0"));
        cells.add(cell(row.publishedSeconds()));
        addTo(cells, row.seconds());
        cells.add(cell(row.publishedEpochSeconds()));
        cells.add(cell(row.epochSeconds()));
        cells.add(Integer.toString(row.repeats()));
        cells.add(row.remark());
        return cells;
    }

    private static void addTo(List<String> cells, Optional<Spread> spread) {
        cells.add(spread.map(some -> cell(OptionalDouble.of(some.mean()))).orElse(""));
        cells.add(spread.map(some -> cell(some.deviation())).orElse(""));
    }

    private static String cell(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.6f", value.getAsDouble()) : "";
    }

    /**
     * {@code runs} by name, with mean and deviation of each figure and the results of each repeat; {@code sections} with
     * what came of each claim; and of the best run {@code accuracy} and {@code macroRecall} on so many test {@code images}.
     */
    public static ObjectNode json(Plan plan, Map<String, Repeats> results) throws IOException {
        ObjectNode json = Json.MAPPER.createObjectNode();
        Choice.among(results.keySet(), results).ifPresent(choice -> {
            Repeats best = Objects.requireNonNull(results.get(choice.best()));
            json.put("best", choice.best())
                    .put("chosenOn", choice.onValidation() ? "validation" : "test")
                    .put("accuracy", best.testAccuracy().orElseThrow().mean())
                    .put("macroRecall", best.macroRecall().orElseThrow().mean())
                    .put("images", best.testImages());
        });
        ObjectNode runs = json.putObject("runs");
        results.forEach((name, repeats) -> runs.set(name, json(repeats)));
        json.set(
                "sections",
                Json.MAPPER.valueToTree(SectionFinding.of(plan, results).stream()
                        .map(ResultsFiles::json)
                        .toList()));
        return json;
    }

    private static ObjectNode json(Repeats repeats) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        put(json, "validationAccuracy", repeats.validationAccuracy());
        put(json, "testAccuracy", repeats.testAccuracy());
        put(json, "macroRecall", repeats.macroRecall());
        put(json, "trainAccuracy", repeats.trainAccuracy());
        put(json, "loss", repeats.loss());
        put(json, "seconds", repeats.seconds());
        json.set("results", Json.MAPPER.valueToTree(repeats.results()));
        return json;
    }

    private static void put(ObjectNode json, String name, Optional<Spread> spread) {
        spread.ifPresent(some -> json.set(name, Json.MAPPER.valueToTree(some)));
    }

    private static ObjectNode json(SectionFinding finding) {
        ObjectNode json =
                Json.MAPPER.createObjectNode().put("title", finding.section().title());
        finding.choice().ifPresent(choice -> json.put("choice", choice));
        json.set("claims", Json.MAPPER.valueToTree(finding.claims()));
        return json;
    }
}
