package org.catalogtagger.streaming.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ModelKind;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code ML_PREDICT} with a model bundle, in Flink. */
class MlPredictIT {
    private static final List<ProductShape> SHAPES = List.of(ProductShape.values());

    @TempDir
    private Path folder;

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    @BeforeEach
    void saveModel() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
    }

    @Test
    void tagsEachRowAsTheClassifierDoes() throws Exception {
        List<byte[]> images = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            images.add(SampleCatalogue.jpeg(SHAPES.get(i % SHAPES.size()), new Random(i)));
            rows.add(Row.of(productId(i), images.get(i)));
        }
        createTable(rows);
        createModel("label STRING, confidence DOUBLE, model_version STRING");

        List<Row> tagged = query("SELECT product_id, label, confidence, model_version FROM "
                + "ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image))");

        List<Row> expected = new ArrayList<>();
        ImageDecoder decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(folder.resolve("model"))) {
            for (int i = 0; i < 100; i++) {
                Prediction prediction = classifier
                        .classify(List.of(decoder.decode(images.get(i))))
                        .get(0);
                expected.add(Row.of(productId(i), prediction.label()));
                assertThat((double) tagged.get(i).getFieldAs("confidence"))
                        .isCloseTo(prediction.probability(prediction.best()), within(1e-5));
            }
        }
        assertThat(tagged).map(row -> Row.of(row.getField(0), row.getField(1))).isEqualTo(expected);
        assertThat(tagged)
                .allMatch(row -> row.getFieldAs("model_version").toString().startsWith("tiny-1"));
    }

    @ParameterizedTest
    @EnumSource
    void anyKindOfModelTagsAsItsClassifierDoes(ModelKind kind) throws Exception {
        AtomicDirectory.deleteRecursively(folder.resolve("model"));
        kind.save(folder.resolve("model"));
        List<byte[]> images = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            images.add(SampleCatalogue.jpeg(SHAPES.get(i), new Random(i)));
            rows.add(Row.of(productId(i), images.get(i)));
        }
        createTable(rows);
        createModel("label STRING, confidence DOUBLE");
        List<Row> tagged = query("SELECT product_id, label, confidence FROM "
                + "ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image))");
        ModelBundle bundle = ModelBundle.open(folder.resolve("model"));
        ImageDecoder decoder = new ImageDecoder(bundle.description().input().framing(), ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(bundle)) {
            for (int i = 0; i < images.size(); i++) {
                Prediction prediction = classifier
                        .classify(List.of(decoder.decode(images.get(i))))
                        .get(0);
                assertThat(tagged.get(i).getField("label")).isEqualTo(prediction.label());
                assertThat((double) tagged.get(i).getFieldAs("confidence"))
                        .isCloseTo(prediction.probability(prediction.best()), within(1e-5));
            }
        }
    }

    @Test
    void aRowWhoseImageCannotBeReadHasNoLabelButAnError() throws Exception {
        createTable(List.of(
                Row.of("1-good", SampleCatalogue.jpeg(ProductShape.TIES, new Random(1))),
                Row.of("2-text", "no image".getBytes(StandardCharsets.UTF_8)),
                Row.of("3-null", null)));
        createModel("label STRING, error STRING");

        List<Row> tagged = query("SELECT product_id, label, error FROM "
                + "ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image))");

        assertThat(tagged.get(0).getField("label")).isIn(TinyModel.CLASSES);
        assertThat(tagged.get(0).getField("error")).isNull();
        assertThat(tagged.get(1).getField("label")).isNull();
        assertThat(tagged.get(1).<String>getFieldAs("error")).startsWith("unsupported-format: ");
        assertThat(tagged.get(2).<String>getFieldAs("error")).startsWith("empty: ");
    }

    @Test
    void saysWhichColumnsThereAre() {
        createTable(List.of(Row.of("none", null)));
        createModel("labels STRING");
        assertThatThrownBy(
                        () -> query("SELECT * FROM ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image))"))
                .rootCause()
                .hasMessage("OUTPUT column labels: a model of the provider djl has only label STRING, "
                        + "confidence DOUBLE, model_version STRING, error STRING");
    }

    private static String productId(int i) {
        return "product-%03d".formatted(i);
    }

    private void createTable(List<Row> rows) {
        sql.createTemporaryView(
                "product_images",
                sql.fromValues(
                        DataTypes.ROW(
                                DataTypes.FIELD("product_id", DataTypes.STRING()),
                                DataTypes.FIELD("image", DataTypes.BYTES())),
                        rows));
    }

    private void createModel(String output) {
        sql.executeSql("CREATE MODEL tagger INPUT (image BYTES) OUTPUT (" + output
                + ") WITH ('provider' = 'djl', 'bundle' = '" + folder.resolve("model") + "')");
    }

    /** The rows, in order of their ids: subtasks hand them over in no order. */
    private List<Row> query(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> results = sql.executeSql(query).collect()) {
            results.forEachRemaining(rows::add);
        }
        rows.sort(Comparator.comparing(row -> row.<String>getFieldAs(0)));
        return rows;
    }
}
