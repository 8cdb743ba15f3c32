package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.monitor.AccuracyChange.Kind;

/**
 * Joins a product's tags with its label, which may come with the event, before it, long after, again, corrected, or
 * never. Of several labels the newest counts, and of those of the same time the last to come.
 *
 * <p>What is known of a product is forgotten when nothing of it has come for a while. The state backend sees to that: a
 * timer for each product would double what is written ({@code deploy/bin/bench stream-compact}).
 */
public final class JoinLabels extends KeyedCoProcessFunction<String, ProductTag, ProductLabel, AccuracyChange> {
    private static final long serialVersionUID = 1;

    private final Duration patience;

    private transient ValueState<LabelledProduct> products;

    /** Tags wait so long for their label. */
    public JoinLabels(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void open(OpenContext context) {
        ValueStateDescriptor<LabelledProduct> descriptor =
                new ValueStateDescriptor<>("products", TypeInformation.of(LabelledProduct.class));
        if (!patience.isZero()) {
            descriptor.enableTimeToLive(StateTtlConfig.newBuilder(patience).build());
        }
        products = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void processElement1(ProductTag tag, Context context, Collector<AccuracyChange> out) throws Exception {
        TagOutcome outcome = tag.outcome();
        out.collect(new AccuracyChange(Kind.TAGGED, outcome, "", 0));
        if (patience.isZero()) {
            if (!tag.truth().isEmpty()) {
                out.collect(new AccuracyChange(Kind.LABELLED, outcome, tag.truth(), 0));
            }
            return;
        }
        LabelledProduct product = product();
        if (product.isLabelled()) {
            out.collect(labelled(product, outcome));
        }
        product = product.tagged(outcome);
        if (!tag.truth().isEmpty()) {
            product = relabel(product, tag.truth(), outcome.eventTime(), out);
        }
        products.update(product);
    }

    @Override
    public void processElement2(ProductLabel label, Context context, Collector<AccuracyChange> out) throws Exception {
        if (!patience.isZero()) {
            products.update(relabel(product(), label.label(), label.labelledAt(), out));
        }
    }

    private static LabelledProduct relabel(
            LabelledProduct product, String truth, long labelledAt, Collector<AccuracyChange> out) {
        boolean same = labelledAt == product.labelledAt() && truth.equals(product.truth());
        if (same || labelledAt < product.labelledAt()) {
            return product;
        }
        LabelledProduct relabelled = product.labelled(truth, labelledAt);
        for (TagOutcome tag : product.tags()) {
            if (product.isLabelled()) {
                out.collect(new AccuracyChange(Kind.UNLABELLED, tag, product.truth(), product.delayMillis(tag)));
            }
            out.collect(labelled(relabelled, tag));
        }
        return relabelled;
    }

    private static AccuracyChange labelled(LabelledProduct product, TagOutcome tag) {
        return new AccuracyChange(Kind.LABELLED, tag, product.truth(), product.delayMillis(tag));
    }

    private LabelledProduct product() throws Exception {
        LabelledProduct product = products.value();
        return product == null ? LabelledProduct.unknown() : product;
    }
}
