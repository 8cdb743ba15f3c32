package org.catalogtagger.streaming.monitor;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.monitor.AccuracyChange.Kind;

/**
 * Joins a product's tags with its label, which may come with the event, before it, long after, again, corrected, or
 * never. Of several labels the newest counts, and of those of the same time the last to come.
 *
 * <p>Whether a label counts for a tag is a matter of their times alone, and what waits is forgotten as event time goes
 * on, so that a job that was down, or reads a backlog, joins what one that was always up does. Why there is a timer for
 * each product: src/site/windows.md.
 */
public final class JoinLabels extends KeyedCoProcessFunction<String, ProductTag, ProductLabel, AccuracyChange> {
    private static final long serialVersionUID = 1;

    private final long reachMillis;

    private transient ValueState<LabelledProduct> products;
    private transient EventTimeProgress eventTime;

    /**
     * Joins.
     *
     * @param patience how long after a tag's image its label may be sent, and the image after the label; zero: labels count that come with the image
     */
    public JoinLabels(Duration patience) {
        this.reachMillis = patience.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        products = getRuntimeContext()
                .getState(new ValueStateDescriptor<>("products", TypeInformation.of(LabelledProduct.class)));
        eventTime = new EventTimeProgress();
    }

    @Override
    public void processElement1(ProductTag tag, Context context, Collector<AccuracyChange> out) throws Exception {
        if (reachMillis == 0) {
            out.collect(AccuracyChange.tagged(tag.outcome()));
            if (!tag.truth().isEmpty()) {
                out.collect(new AccuracyChange(Kind.LABELLED, tag.outcome(), tag.truth(), 0, tag.truthProbability()));
            }
            return;
        }
        LabelledProduct product = product().tagged(tag.outcome(), reachMillis, out::collect);
        if (!tag.truth().isEmpty()) {
            product = product.labelled(GivenLabel.withImage(tag), reachMillis, out::collect);
        }
        keep(product, context.timerService());
    }

    @Override
    public void processElement2(ProductLabel label, Context context, Collector<AccuracyChange> out) throws Exception {
        if (reachMillis != 0) {
            keep(product().labelled(GivenLabel.of(label), reachMillis, out::collect), context.timerService());
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<AccuracyChange> out) throws Exception {
        eventTime.observe(context.timerService(), isEventTime(context) ? time : Long.MAX_VALUE);
        LabelledProduct product =
                product().after(eventTime.settled(), reachMillis).withTimer(LabelledProduct.NO_TIMER);
        if (product.isEmpty()) {
            products.clear();
        } else {
            arrange(product, context.timerService());
        }
    }

    private static boolean isEventTime(OnTimerContext context) {
        return context.timeDomain() == TimeDomain.EVENT_TIME;
    }

    /** With one timer at a time: what comes meanwhile is looked at when it fires. */
    private void keep(LabelledProduct product, TimerService timers) throws Exception {
        eventTime.observe(timers);
        if (product.timerAt() == LabelledProduct.NO_TIMER) {
            arrange(product, timers);
        } else {
            products.update(product);
        }
    }

    private void arrange(LabelledProduct product, TimerService timers) throws Exception {
        // Where event time goes on as the clock does, it is settled by then.
        long at = product.lastNeeded(reachMillis) + EventTimeProgress.GRACE_MILLIS * 5 / 4;
        if (at > eventTime.reached()) {
            timers.registerEventTimeTimer(at);
        } else {
            // Event time has passed it in a leap.
            timers.registerProcessingTimeTimer(timers.currentProcessingTime() + 2 * EventTimeProgress.GRACE_MILLIS);
        }
        products.update(product.withTimer(at));
    }

    private LabelledProduct product() throws Exception {
        LabelledProduct product = products.value();
        return product == null ? LabelledProduct.unknown() : product;
    }
}
