package org.catalogtagger.streaming.ml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.param.Param;
import org.apache.flink.ml.util.ParamUtils;
import org.apache.flink.ml.util.ReadWriteUtils;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.catalogtagger.model.BatchingClassifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.jspecify.annotations.Nullable;

/**
 * Flink ML stage: classifies normalized images with the network of a bundle, in batches. Adds the columns
 * {@code predictionCol} and {@code rawPredictionCol}.
 *
 * <p>A saved stage holds a copy of the bundle.
 */
public final class ImageClassifierModel
        implements Model<ImageClassifierModel>, ImageClassifierModelParams<ImageClassifierModel> {
    private static final long serialVersionUID = 1;

    /** No row waits so long; Flink wants a limit. */
    private static final long TIMEOUT_MINUTES = 10;

    private final Map<Param<?>, Object> params = new HashMap<>();
    private String bundle = "";

    /** A stage without a model, which Flink ML makes before it loads one. */
    public ImageClassifierModel() {
        ParamUtils.initializeMapWithDefaultValues(params, this);
    }

    /**
     * The classifier of a bundle.
     *
     * @param bundle its directory, as each TaskManager sees it
     * @throws org.catalogtagger.model.BundleException if it cannot be used
     */
    public static ImageClassifierModel of(Path bundle) {
        ImageClassifierModel model = new ImageClassifierModel();
        model.bundle = ModelBundle.open(bundle).directory().toAbsolutePath().toString();
        return model;
    }

    @Override
    public Table[] transform(Table... inputs) {
        TableRows rows = TableRows.of(inputs);
        return rows.withColumns(
                AsyncDataStream.orderedWait(
                        rows.stream(),
                        new Classify(bundle, rows.indexOf(getFeaturesCol()), getMaxBatch()),
                        TIMEOUT_MINUTES,
                        TimeUnit.MINUTES,
                        // One batch in the model while the next gathers.
                        2 * getMaxBatch()),
                DataTypes.FIELD(getPredictionCol(), DataTypes.STRING()),
                DataTypes.FIELD(
                        getRawPredictionCol(),
                        DataTypes.ARRAY(DataTypes.FLOAT().notNull()).bridgedTo(float[].class)));
    }

    private static final class Classify extends RichAsyncFunction<Row, Row> {
        private static final long serialVersionUID = 1;

        private final String bundle;
        private final int column;
        private final int maxBatch;

        private transient @Nullable SharedModel model;
        private transient @Nullable BatchingClassifier classifier;

        Classify(String bundle, int column, int maxBatch) {
            this.bundle = bundle;
            this.column = column;
            this.maxBatch = maxBatch;
        }

        @Override
        public void open(OpenContext context) {
            SharedModel shared = SharedModel.acquire(Path.of(bundle));
            model = shared;
            classifier = new BatchingClassifier(shared.classifier(), maxBatch);
        }

        @Override
        public void asyncInvoke(Row row, ResultFuture<Row> result) {
            float[] features = features(row.getField(column));
            if (features == null) {
                result.complete(List.of(TableRows.append(row, null, null)));
                return;
            }
            if (classifier == null) {
                throw new IllegalStateException("not open");
            }
            CompletableFuture<Prediction> unused = classifier
                    .classifyNormalized(features)
                    .whenComplete((prediction, fault) -> {
                        if (fault != null) {
                            result.completeExceptionally(fault);
                        } else {
                            String label = prediction.isAnswer() ? prediction.label() : null;
                            result.complete(List.of(TableRows.append(row, label, prediction.probabilities())));
                        }
                    });
        }

        /** Tables of other origin than {@link ImageNormalizer} hold boxed numbers. */
        private static float @Nullable [] features(@Nullable Object value) {
            if (!(value instanceof Float[] boxed)) {
                return (float[]) value;
            }
            float[] features = new float[boxed.length];
            for (int i = 0; i < boxed.length; i++) {
                features[i] = boxed[i];
            }
            return features;
        }

        @Override
        public void close() throws Exception {
            try {
                if (classifier != null) {
                    classifier.close();
                }
            } finally {
                if (model != null) {
                    model.close();
                }
            }
            super.close();
        }
    }

    @Override
    public Map<Param<?>, Object> getParamMap() {
        return params;
    }

    @Override
    public void save(String path) throws IOException {
        ReadWriteUtils.saveMetadata(this, path);
        SavedBundle.copyInto(path, Path.of(bundle));
    }

    /** The stage that was saved in a directory. */
    public static ImageClassifierModel load(StreamTableEnvironment unused, String path) throws IOException {
        ImageClassifierModel model = ReadWriteUtils.loadStageParam(path);
        model.bundle = SavedBundle.in(path).toString();
        return model;
    }

    /** The saved stage in the form that needs no Flink runtime; close it after use. */
    public static ImageClassifierModelServable loadServable(String path) throws IOException {
        return ImageClassifierModelServable.load(path);
    }
}
