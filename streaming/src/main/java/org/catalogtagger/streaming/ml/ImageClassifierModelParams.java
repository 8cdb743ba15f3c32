package org.catalogtagger.streaming.ml;

import org.apache.flink.ml.param.IntParam;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.param.ParamValidators;
import org.apache.flink.ml.param.StringParam;
import org.apache.flink.ml.param.WithParams;

/**
 * What a classifier can be told; the columns' parameters are named as in Flink ML's own.
 *
 * @param <T> the stage
 */
public interface ImageClassifierModelParams<T> extends WithParams<T> {
    /** The column of normalized images, {@code ARRAY<FLOAT>} of {@code [inputs]}. */
    Param<String> FEATURES_COL =
            new StringParam("featuresCol", "Column of normalized images.", "features", ParamValidators.notNull());

    /** The column of labels that is added, {@code STRING}; null where there are no features. */
    Param<String> PREDICTION_COL =
            new StringParam("predictionCol", "Column of labels.", "prediction", ParamValidators.notNull());

    /** The column of probabilities that is added, {@code ARRAY<FLOAT>}, one per class in the bundle's order. */
    Param<String> RAW_PREDICTION_COL = new StringParam(
            "rawPredictionCol", "Column of the classes' probabilities.", "rawPrediction", ParamValidators.notNull());

    /** Images in one forward pass at most. */
    Param<Integer> MAX_BATCH =
            new IntParam("maxBatch", "Images in one forward pass at most.", 256, ParamValidators.gt(0));

    default String getFeaturesCol() {
        return get(FEATURES_COL);
    }

    default T setFeaturesCol(String value) {
        return set(FEATURES_COL, value);
    }

    default String getPredictionCol() {
        return get(PREDICTION_COL);
    }

    default T setPredictionCol(String value) {
        return set(PREDICTION_COL, value);
    }

    default String getRawPredictionCol() {
        return get(RAW_PREDICTION_COL);
    }

    default T setRawPredictionCol(String value) {
        return set(RAW_PREDICTION_COL, value);
    }

    default int getMaxBatch() {
        return get(MAX_BATCH);
    }

    default T setMaxBatch(int value) {
        return set(MAX_BATCH, value);
    }
}
