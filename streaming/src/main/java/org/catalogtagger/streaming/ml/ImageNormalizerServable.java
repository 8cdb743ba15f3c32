package org.catalogtagger.streaming.ml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.servable.api.DataFrame;
import org.apache.flink.ml.servable.api.Row;
import org.apache.flink.ml.servable.api.TransformerServable;
import org.apache.flink.ml.servable.types.BasicType;
import org.apache.flink.ml.servable.types.DataTypes;
import org.apache.flink.ml.util.ParamUtils;
import org.apache.flink.ml.util.ServableReadWriteUtils;
import org.jspecify.annotations.Nullable;

/** {@link ImageNormalizer} without a Flink runtime. The column of features holds {@code float[]}. */
public final class ImageNormalizerServable
        implements TransformerServable<ImageNormalizerServable>, ImageNormalizerParams<ImageNormalizerServable> {
    private final Map<Param<?>, Object> params = new HashMap<>();

    public ImageNormalizerServable() {
        ParamUtils.initializeMapWithDefaultValues(params, this);
    }

    /** The normalizer that was saved in a directory. */
    public static ImageNormalizerServable load(String path) throws IOException {
        return ServableReadWriteUtils.loadServableParam(path, ImageNormalizerServable.class);
    }

    @Override
    public DataFrame transform(DataFrame input) {
        ImageToFeatures images = new ImageToFeatures(this);
        int column = input.getIndex(getInputCol());
        List<Row> rows = new ArrayList<>();
        List<@Nullable Object> features = new ArrayList<>();
        for (Row row : input.collect()) {
            Optional<float[]> normalized = images.of((byte[]) row.get(column));
            if (normalized.isPresent() || !images.skipsInvalid()) {
                rows.add(row);
                features.add(normalized.orElse(null));
            }
        }
        List<org.apache.flink.ml.servable.types.DataType> types = new ArrayList<>();
        input.getColumnNames().forEach(name -> types.add(input.getDataType(name)));
        return new DataFrame(new ArrayList<>(input.getColumnNames()), types, rows)
                .addColumn(getOutputCol(), DataTypes.VECTOR(BasicType.FLOAT), features);
    }

    @Override
    public Map<Param<?>, Object> getParamMap() {
        return params;
    }
}
