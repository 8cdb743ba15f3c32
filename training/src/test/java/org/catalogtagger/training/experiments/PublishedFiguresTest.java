package org.catalogtagger.training.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.catalogtagger.RealData;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.training.experiments.Plan.PlannedRun;
import org.junit.jupiter.api.Test;

/** What the built-in plan says of the notebook, against the notebook's figures as tables. */
class PublishedFiguresTest {
    /** As many decimals as the tables have. */
    private static final double SIX_DECIMALS = 5e-7;

    private static final double TWO_DECIMALS = 0.0051;
    private static final double NOT_LEARNED = 0.0949;

    @Test
    void everyRunHasTheSettingsAndTheAccuracyOfItsRow() throws IOException {
        Map<String, PlannedRun> runs = runs();
        List<CSVRecord> rows = rows("notebook-experiments.csv");

        assertThat(runs.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(row -> row.get("name")).toList());
        for (CSVRecord row : rows) {
            PlannedRun run = Objects.requireNonNull(runs.get(row.get("name")));
            Published published = run.published().orElse(Published.NOTHING);
            assertThat(published.testAccuracy()).as(run.name()).isEqualTo(share(row, "test_accuracy_percent"));
            assertThat(published.trainAccuracy()).as(run.name()).isEqualTo(share(row, "train_accuracy_percent"));
            assertThat(recipeOf(run)).as(run.name()).isEqualTo(recipeOf(row));
        }
    }

    @Test
    void everyEpochHasTheLossAndTheSecondsOfItsRow() throws IOException {
        Map<String, List<CSVRecord>> epochs = rows("notebook-loss-histories.csv").stream()
                .collect(Collectors.groupingBy(row -> row.get("name"), LinkedHashMap::new, Collectors.toList()));

        for (PlannedRun run : runs().values()) {
            Published published = run.published().orElse(Published.NOTHING);
            List<CSVRecord> rows = epochs.getOrDefault(run.name(), List.of());
            assertThat(published.losses()).as(run.name()).hasSize(rows.size());
            assertThat(published.seconds()).as(run.name()).hasSize(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                assertThat(published.losses().get(i))
                        .as("%s, epoch %d", run.name(), i + 1)
                        .isCloseTo(number(rows.get(i), "train_loss"), within(SIX_DECIMALS));
                assertThat(published.seconds().get(i))
                        .as("%s, epoch %d", run.name(), i + 1)
                        .isCloseTo(number(rows.get(i), "seconds"), within(TWO_DECIMALS));
            }
        }
    }

    @Test
    void everyClassHasTheImagesOfItsRow() throws IOException {
        Map<String, ClassCounts> classes = rows("notebook-classes.csv").stream()
                .collect(Collectors.toMap(
                        row -> row.get("class"),
                        row -> new ClassCounts(
                                Long.parseLong(row.get("train_images")),
                                Long.parseLong(row.get("test_images")),
                                Long.parseLong(row.get("test_correct")))));

        assertThat(classes).hasSize(52);
        assertThat(Plan.named("notebook").publishedClasses()).containsExactlyInAnyOrderEntriesOf(classes);
    }

    /** Runs that learned nothing answer the largest class to everything: its share is in the classes' counts. */
    @Test
    void whatLearnedNothingIsRightOnTheLargestClass() throws IOException {
        Plan plan = Plan.named("notebook");
        long images = plan.publishedClasses().values().stream()
                .mapToLong(ClassCounts::test)
                .sum();
        long largest = plan.publishedClasses().values().stream()
                .mapToLong(ClassCounts::test)
                .max()
                .orElseThrow();

        assertThat((double) largest / images).isCloseTo(NOT_LEARNED, within(1e-4));
        assertThat(plan.runs())
                .filteredOn(run -> List.of("zero-init", "lr-0.001", "momentum-0.9", "weight-decay-0.01")
                        .contains(run.name()))
                .hasSize(4)
                .allSatisfy(run -> assertThat(
                                run.published().orElseThrow().testAccuracy().orElseThrow())
                        .isCloseTo((double) largest / images, within(SIX_DECIMALS)));
    }

    private static Map<String, PlannedRun> runs() throws IOException {
        return Plan.named("notebook").runs().stream()
                .collect(Collectors.toMap(PlannedRun::name, run -> run, (one, other) -> one, LinkedHashMap::new));
    }

    private static List<Object> recipeOf(PlannedRun run) throws IOException {
        JsonNode recipe = Json.MAPPER.valueToTree(Plan.named("notebook").recipeOf(run));
        JsonNode optimizer = recipe.get("optimizer");
        return List.of(
                recipe.get("normalization").asText(),
                recipe.get("initialization").asText(),
                recipe.get("activation").asText(),
                optimizer.get("learningRate").asDouble(),
                optimizer.get("momentum").asDouble(),
                optimizer.get("weightDecay").asDouble(),
                recipe.get("batchSize").asInt(),
                recipe.get("epochs").asInt());
    }

    private static List<Object> recipeOf(CSVRecord row) {
        return List.of(
                row.get("normalization"),
                row.get("initialization"),
                row.get("activation").replace('_', '-'),
                number(row, "learning_rate"),
                number(row, "momentum"),
                number(row, "weight_decay"),
                Integer.parseInt(row.get("batch_size")),
                Integer.parseInt(row.get("epochs")));
    }

    private static OptionalDouble share(CSVRecord row, String column) {
        return row.get(column).isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.round(number(row, column) * 1e4) / 1e6);
    }

    /** A {@code ?} follows what the notebook implies but does not state. */
    private static double number(CSVRecord row, String column) {
        return Double.parseDouble(row.get(column).replace("?", ""));
    }

    private static List<CSVRecord> rows(String table) throws IOException {
        Path file = RealData.requireReference(table);
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            return parser.getRecords();
        }
    }
}
