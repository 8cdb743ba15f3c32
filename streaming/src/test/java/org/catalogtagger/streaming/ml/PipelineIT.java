package org.catalogtagger.streaming.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.ml.builder.PipelineModel;
import org.apache.flink.ml.servable.api.DataFrame;
import org.apache.flink.ml.servable.builder.PipelineModelServable;
import org.apache.flink.ml.servable.types.DataType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ModelKind;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The Flink ML stages in a pipeline: over a table, saved, loaded in another JVM, and served. */
class PipelineIT {
    private static final int IMAGES = 50;
    private static final List<ProductShape> SHAPES = List.of(ProductShape.values());

    @TempDir
    private Path folder;

    private Path bundle;
    private List<Prediction> expected;

    @BeforeEach
    void saveModel() throws Exception {
        bundle = folder.resolve("model");
        TinyModel.save(bundle, 1);
        expected = new ArrayList<>();
        ImageDecoder decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(bundle)) {
            for (byte[] image : images()) {
                expected.addAll(classifier.classify(List.of(decoder.decode(image))));
            }
        }
    }

    @Test
    void tagsATableAsTheClassifierDoes() throws Exception {
        List<Row> rows = rowsOf(pipeline(ImageNormalizer.of(bundle)), images());
        assertThat(rows).hasSize(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            Row row = rows.get(i);
            assertThat(row.getField("id")).isEqualTo(i);
            assertThat(row.getField("prediction")).isEqualTo(expected.get(i).label());
            Float[] probabilities = row.getFieldAs("rawPrediction");
            assertThat(probabilities).hasSize(TinyModel.CLASSES.size());
            assertThat(probabilities[1]).isCloseTo(expected.get(i).probability(1), within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"SQUASH, GRAY", "FIT, RGB", "TRIM, GRAY"})
    void framesAsTheModelDoes(Framing.Fit fit, Colors colors) throws Exception {
        Framing framing = new Framing(new ImageSize(30, 30, colors), fit);
        Path square = TinyModel.save(folder.resolve("square"), 2, framing).directory();
        List<byte[]> images = images().subList(0, 3);
        List<Row> rows =
                rowsOf(new PipelineModel(List.of(ImageNormalizer.of(square), ImageClassifierModel.of(square))), images);
        ImageDecoder decoder = new ImageDecoder(framing, ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(square)) {
            for (int i = 0; i < images.size(); i++) {
                Prediction prediction = classifier
                        .classify(List.of(decoder.decode(images.get(i))))
                        .get(0);
                Float[] probabilities = rows.get(i).getFieldAs("rawPrediction");
                assertThat(probabilities[1]).isCloseTo(prediction.probability(1), within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tagsByAnyKindOfModelAsItsClassifierDoes(ModelKind kind) throws Exception {
        Path any = folder.resolve("any");
        kind.save(any);
        List<byte[]> images = images().subList(0, 5);
        List<Row> rows =
                rowsOf(new PipelineModel(List.of(ImageNormalizer.of(any), ImageClassifierModel.of(any))), images);
        ImageDecoder decoder =
                new ImageDecoder(ModelBundle.open(any).description().input().framing(), ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(any)) {
            for (int i = 0; i < images.size(); i++) {
                Prediction prediction = classifier
                        .classify(List.of(decoder.decode(images.get(i))))
                        .get(0);
                assertThat(rows.get(i).getField("prediction")).isEqualTo(prediction.label());
                Float[] probabilities = rows.get(i).getFieldAs("rawPrediction");
                assertThat(probabilities[1]).isCloseTo(prediction.probability(1), within(1e-5f));
            }
        }
    }

    @Test
    void savedItTagsTheSameInAnotherJvm() throws Exception {
        String saved = folder.resolve("pipeline").toString();
        pipeline(ImageNormalizer.of(bundle)).save(saved);
        // The pipeline holds all that it needs.
        Files.delete(bundle.resolve("weights.safetensors"));

        Path labels = folder.resolve("labels.txt");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TagSavedPipeline.class.getName(),
                        saved,
                        labels.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
        assertThat(other.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(other.exitValue())
                .withFailMessage(() -> read(folder.resolve("log.txt").toFile()))
                .isZero();
        assertThat(Files.readAllLines(labels))
                .isEqualTo(expected.stream().map(Prediction::label).toList());
    }

    /** The other JVM. */
    static final class TagSavedPipeline {
        public static void main(String[] arguments) throws Exception {
            List<String> labels = new ArrayList<>();
            for (Row row : rowsOf(PipelineModel.load(tables(), arguments[0]), images())) {
                labels.add((String) row.getField("prediction"));
            }
            Files.write(Path.of(arguments[1]), labels);
            System.exit(0);
        }
    }

    @Test
    void savedBeforeThereWereColoursItTagsGrayLevels() throws Exception {
        String saved = folder.resolve("pipeline").toString();
        pipeline(ImageNormalizer.of(bundle)).save(saved);
        int changed = 0;
        try (Stream<Path> files = Files.walk(Path.of(saved))) {
            for (Path file : files.filter(path -> path.getFileName().toString().equals("metadata"))
                    .toList()) {
                JsonNode metadata = Json.MAPPER.readTree(file.toFile());
                if (metadata.path("paramMap") instanceof ObjectNode params && params.remove("channels") != null) {
                    Files.writeString(file, metadata.toString());
                    changed++;
                }
            }
        }
        assertThat(changed).isEqualTo(1);

        List<Row> rows = rowsOf(PipelineModel.load(tables(), saved), images());
        assertThat(rows)
                .extracting(row -> row.getField("prediction"))
                .isEqualTo(expected.stream().map(Prediction::label).toList());
    }

    @Test
    void servedWithoutFlinkItTagsTheSame() throws Exception {
        String saved = folder.resolve("pipeline").toString();
        pipeline(ImageNormalizer.of(bundle).setHandleInvalid("keep")).save(saved);
        PipelineModelServable servable = PipelineModel.loadServable(saved);

        List<byte[]> images = new ArrayList<>(images());
        images.add(0, new byte[] {1, 2, 3});
        List<org.apache.flink.ml.servable.api.Row> rows = new ArrayList<>();
        images.forEach(image -> rows.add(new org.apache.flink.ml.servable.api.Row(new ArrayList<>(List.of(image)))));
        List<DataType> types = new ArrayList<>(List.of(org.apache.flink.ml.servable.types.DataTypes.BYTE_STRING));
        DataFrame tagged = servable.transform(new DataFrame(new ArrayList<>(List.of("image")), types, rows));

        int label = tagged.getIndex("prediction");
        int probabilities = tagged.getIndex("rawPrediction");
        assertThat(tagged.collect()).hasSize(IMAGES + 1);
        assertThat(tagged.collect().get(0).get(label)).isNull();
        for (int i = 0; i < IMAGES; i++) {
            assertThat(tagged.collect().get(i + 1).get(label))
                    .isEqualTo(expected.get(i).label());
            assertThat((float[]) tagged.collect().get(i + 1).get(probabilities))
                    .containsExactly(expected.get(i).probabilities(), within(1e-5f));
        }
    }

    @Test
    void whatCannotBeDecodedIsAnErrorOrSkippedOrKept() throws Exception {
        List<byte[]> images = List.of(images().get(0), new byte[] {1, 2, 3}, images().get(1));
        assertThatThrownBy(() -> rowsOf(pipeline(ImageNormalizer.of(bundle)), images))
                .hasStackTraceContaining("handleInvalid");
        assertThat(rowsOf(pipeline(ImageNormalizer.of(bundle).setHandleInvalid("skip")), images))
                .extracting(row -> row.getField("id"))
                .containsExactly(0, 2);
        assertThat(rowsOf(pipeline(ImageNormalizer.of(bundle).setHandleInvalid("keep")), images))
                .extracting(row -> row.getField("prediction"))
                .containsExactly(expected.get(0).label(), null, expected.get(1).label());
        assertThatThrownBy(() -> new ImageNormalizer().setHandleInvalid("ignore"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rowsOf(pipeline(ImageNormalizer.of(bundle).setInputCol("picture")), images))
                .hasMessageContaining("no column picture in [id, image]");
    }

    private PipelineModel pipeline(ImageNormalizer normalizer) {
        return new PipelineModel(
                List.of(normalizer, ImageClassifierModel.of(bundle).setMaxBatch(16)));
    }

    private static StreamTableEnvironment tables() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        return StreamTableEnvironment.create(env);
    }

    private static List<Row> rowsOf(PipelineModel pipeline, List<byte[]> images) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            rows.add(Row.of(i, images.get(i)));
        }
        Table products = tables().fromValues(
                        DataTypes.ROW(
                                DataTypes.FIELD("id", DataTypes.INT()), DataTypes.FIELD("image", DataTypes.BYTES())),
                        rows);
        List<Row> tagged = new ArrayList<>();
        try (CloseableIterator<Row> results =
                pipeline.transform(products)[0].execute().collect()) {
            results.forEachRemaining(tagged::add);
        }
        // Where a table's rows come from, they have no order.
        tagged.sort(Comparator.comparing(row -> row.<Integer>getFieldAs("id")));
        return tagged;
    }

    private static List<byte[]> images() throws IOException {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            images.add(SampleCatalogue.jpeg(SHAPES.get(i % SHAPES.size()), new Random(i)));
        }
        return images;
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
