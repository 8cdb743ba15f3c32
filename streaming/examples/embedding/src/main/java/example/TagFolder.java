package example;

import static org.apache.flink.table.api.Expressions.$;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.ml.builder.PipelineModel;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.catalogtagger.streaming.ml.ImageClassifierModel;
import org.catalogtagger.streaming.ml.ImageNormalizer;

/** Tags the first images of a folder with a model bundle twice: by Flink ML's stages, and by Flink SQL. */
public final class TagFolder {
    private static final int IMAGES = 8;

    public static void main(String[] arguments) throws Exception {
        Path bundle = Path.of(arguments[0]);
        StreamTableEnvironment tables =
                StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment());
        Table products = tables.fromValues(
                DataTypes.ROW(
                        DataTypes.FIELD("product_id", DataTypes.STRING()),
                        DataTypes.FIELD("image", DataTypes.BYTES())),
                images(Path.of(arguments[1])));

        PipelineModel tagger = new PipelineModel(List.of(ImageNormalizer.of(bundle), ImageClassifierModel.of(bundle)));
        Table tagged = tagger.transform(products)[0];
        tagged.select($("product_id"), $("prediction")).execute().print();

        tables.createTemporaryView("product_images", products);
        tables.executeSql("CREATE MODEL tagger INPUT (image BYTES) OUTPUT (label STRING, confidence DOUBLE)"
                + " WITH ('provider' = 'djl', 'bundle' = '" + bundle + "')");
        tables.executeSql("SELECT product_id, label, confidence"
                        + " FROM ML_PREDICT(TABLE product_images, MODEL tagger, DESCRIPTOR(image))")
                .print();
    }

    private static List<Row> images(Path folder) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> files = Files.find(folder, 2, (file, attributes) -> attributes.isRegularFile())) {
            for (Path file : files.sorted().limit(IMAGES).toList()) {
                rows.add(Row.of(file.getFileName().toString(), Files.readAllBytes(file)));
            }
        }
        return rows;
    }
}
