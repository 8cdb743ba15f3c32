package org.catalogtagger.streaming.job;

import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Reads labels; what cannot be read as one is rejected. */
final class ReadLabels extends ProcessFunction<ImageEvent, ProductLabel> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(ImageEvent event, Context context, Collector<ProductLabel> out) {
        try {
            out.collect(ProductLabel.of(event));
        } catch (RejectedEventException e) {
            context.output(ClassifyOperator.REJECTED, e.of(event));
        }
    }
}
