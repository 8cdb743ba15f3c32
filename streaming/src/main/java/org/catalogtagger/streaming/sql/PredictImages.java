package org.catalogtagger.streaming.sql;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.catalogtagger.model.BatchingClassifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.streaming.bundles.Bundles;
import org.jspecify.annotations.Nullable;

/** Decodes each row's image on the task's thread, and classifies those that wait in batches on another. */
public final class PredictImages extends AsyncPredictFunction {
    private static final long serialVersionUID = 1;

    private final String bundle;
    private final int maxBatch;
    private final List<OutputColumn> output;

    private transient @Nullable SharedModel model;
    private transient @Nullable BatchingClassifier classifier;
    private transient ImageDecoder decoder;
    private transient String modelVersion;

    PredictImages(String bundle, int maxBatch, List<OutputColumn> output) {
        this.bundle = bundle;
        this.maxBatch = maxBatch;
        this.output = List.copyOf(output);
    }

    @Override
    public void open(FunctionContext context) {
        SharedModel shared = Bundles.acquire(bundle);
        model = shared;
        modelVersion = shared.description().modelVersion();
        decoder = new ImageDecoder(shared.description().input().framing(), ImageLimits.DEFAULT);
        classifier = new BatchingClassifier(shared.classifier(), maxBatch);
    }

    @Override
    public CompletableFuture<Collection<RowData>> asyncPredict(RowData input) {
        byte[] pixels;
        try {
            pixels = decoder.decode(input.isNullAt(0) ? new byte[0] : input.getBinary(0));
        } catch (UnreadableImageException e) {
            return CompletableFuture.completedFuture(List.of(rejected(e.reason().code() + ": " + e.getMessage())));
        }
        BatchingClassifier batching = classifier;
        if (batching == null) {
            throw new IllegalStateException("not open");
        }
        return batching.classify(pixels).thenApply(prediction -> List.of(tagged(prediction)));
    }

    private RowData tagged(Prediction prediction) {
        if (!prediction.isAnswer()) {
            return rejected("not-finite: %s fails on it".formatted(modelVersion));
        }
        GenericRowData row = new GenericRowData(output.size());
        for (int i = 0; i < output.size(); i++) {
            row.setField(i, output.get(i).of(prediction, modelVersion));
        }
        return row;
    }

    private RowData rejected(String why) {
        GenericRowData row = new GenericRowData(output.size());
        int error = output.indexOf(OutputColumn.ERROR);
        if (error >= 0) {
            row.setField(error, StringData.fromString(why));
        }
        return row;
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
