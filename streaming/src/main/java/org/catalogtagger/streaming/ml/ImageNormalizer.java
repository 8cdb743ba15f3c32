package org.catalogtagger.streaming.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.ml.api.Transformer;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.util.ParamUtils;
import org.apache.flink.ml.util.ReadWriteUtils;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;

/**
 * Flink ML stage: decodes images and normalizes their samples, the very code that training and the streaming job
 * use. Adds the column {@code outputCol}.
 *
 * <pre>{@code
 * Table tagged = new PipelineModel(List.of(ImageNormalizer.of(bundle), ImageClassifierModel.of(bundle)))
 *         .transform(products)[0];
 * }</pre>
 */
public final class ImageNormalizer implements Transformer<ImageNormalizer>, ImageNormalizerParams<ImageNormalizer> {
    private static final long serialVersionUID = 1;

    private final Map<Param<?>, Object> params = new HashMap<>();

    /** A normalizer with the default parameters: gray levels of 60x80 pixels as they are. */
    public ImageNormalizer() {
        ParamUtils.initializeMapWithDefaultValues(params, this);
    }

    /**
     * The normalizer that a model's images need.
     *
     * @param bundle the model's directory
     * @throws org.catalogtagger.model.BundleException if it cannot be used
     */
    public static ImageNormalizer of(Path bundle) {
        ModelDescription description = ModelBundle.open(bundle).description();
        try {
            return new ImageNormalizer()
                    .setWidth(description.input().width())
                    .setHeight(description.input().height())
                    .setChannels(description.input().channels())
                    .setFraming(Json.MAPPER.convertValue(description.input().fit(), String.class))
                    .setNormalization(Json.MAPPER.writeValueAsString(description.normalization()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Table[] transform(Table... inputs) {
        TableRows rows = TableRows.of(inputs);
        return rows.withColumns(
                rows.stream().flatMap(new Normalize(this, rows.indexOf(getInputCol()))),
                DataTypes.FIELD(
                        getOutputCol(),
                        DataTypes.ARRAY(DataTypes.FLOAT().notNull()).bridgedTo(float[].class)));
    }

    private static final class Normalize extends RichFlatMapFunction<Row, Row> {
        private static final long serialVersionUID = 1;

        private final ImageNormalizer params;
        private final int column;

        private transient ImageToFeatures images;

        Normalize(ImageNormalizer params, int column) {
            this.params = params;
            this.column = column;
        }

        @Override
        public void open(OpenContext context) {
            images = new ImageToFeatures(params);
        }

        @Override
        public void flatMap(Row row, Collector<Row> out) {
            Optional<float[]> features = images.of((byte[]) row.getField(column));
            if (features.isPresent() || !images.skipsInvalid()) {
                out.collect(TableRows.append(row, features.orElse(null)));
            }
        }
    }

    @Override
    public Map<Param<?>, Object> getParamMap() {
        return params;
    }

    @Override
    public void save(String path) throws IOException {
        ReadWriteUtils.saveMetadata(this, path);
    }

    /** The stage that was saved in a directory. */
    public static ImageNormalizer load(StreamTableEnvironment unused, String path) throws IOException {
        return ReadWriteUtils.loadStageParam(path);
    }

    /** The saved stage in the form that needs no Flink runtime. */
    public static ImageNormalizerServable loadServable(String path) throws IOException {
        return ImageNormalizerServable.load(path);
    }
}
