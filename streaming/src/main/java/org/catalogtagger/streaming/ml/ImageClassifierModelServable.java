package org.catalogtagger.streaming.ml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.servable.api.DataFrame;
import org.apache.flink.ml.servable.api.ModelServable;
import org.apache.flink.ml.servable.api.Row;
import org.apache.flink.ml.servable.types.BasicType;
import org.apache.flink.ml.servable.types.DataTypes;
import org.apache.flink.ml.util.ParamUtils;
import org.apache.flink.ml.util.ServableReadWriteUtils;
import org.catalogtagger.model.ImageBatch;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.SharedModel;
import org.jspecify.annotations.Nullable;

/** {@link ImageClassifierModel} without a Flink runtime. Owns native memory: close it. */
public final class ImageClassifierModelServable
        implements ModelServable<ImageClassifierModelServable>,
                ImageClassifierModelParams<ImageClassifierModelServable>,
                AutoCloseable {
    private final Map<Param<?>, Object> params = new HashMap<>();
    private @Nullable SharedModel model;

    /** A servable without a model, which Flink ML makes before it loads one. */
    public ImageClassifierModelServable() {
        ParamUtils.initializeMapWithDefaultValues(params, this);
    }

    /** The classifier that was saved in a directory. */
    public static ImageClassifierModelServable load(String path) throws IOException {
        ImageClassifierModelServable servable =
                ServableReadWriteUtils.loadServableParam(path, ImageClassifierModelServable.class);
        servable.model = SharedModel.acquire(SavedBundle.in(path));
        return servable;
    }

    @Override
    public DataFrame transform(DataFrame input) {
        int column = input.getIndex(getFeaturesCol());
        List<float[]> features = new ArrayList<>();
        for (Row row : input.collect()) {
            float[] image = (float[]) row.get(column);
            if (image != null) {
                features.add(image);
            }
        }
        List<Prediction> predictions = classify(features);
        List<@Nullable Object> labels = new ArrayList<>();
        List<@Nullable Object> probabilities = new ArrayList<>();
        int next = 0;
        for (Row row : input.collect()) {
            Prediction prediction = row.get(column) == null ? null : predictions.get(next++);
            labels.add(prediction == null || !prediction.isAnswer() ? null : prediction.label());
            probabilities.add(prediction == null ? null : prediction.probabilities());
        }
        return input.addColumn(getPredictionCol(), DataTypes.STRING, labels)
                .addColumn(getRawPredictionCol(), DataTypes.VECTOR(BasicType.FLOAT), probabilities);
    }

    private List<Prediction> classify(List<float[]> features) {
        if (model == null) {
            throw new IllegalStateException("no model; it is closed, or was not loaded");
        }
        List<Prediction> predictions = new ArrayList<>();
        int capacity = ImageBatch.capacity(getMaxBatch(), model.classifier().size());
        try (ImageBatch batch = model.classifier().newBatch(capacity)) {
            for (int begin = 0; begin < features.size(); begin += capacity) {
                batch.clear();
                features.subList(begin, Math.min(features.size(), begin + capacity))
                        .forEach(batch::addNormalized);
                predictions.addAll(model.classifier().classify(batch));
            }
        }
        return predictions;
    }

    @Override
    public Map<Param<?>, Object> getParamMap() {
        return params;
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
            model = null;
        }
    }
}
