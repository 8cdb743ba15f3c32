package org.catalogtagger.streaming.job;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.settings.TaggingSettings;

/** The job's sources, and what they say of event time. */
final class JobSources {
    private JobSources() {}

    /** A source, or in its place one that ends at once without a record. */
    static <T> SingleOutputStreamOperator<T> orNone(
            StreamExecutionEnvironment env,
            String name,
            Optional<Source<T, ?, ?>> source,
            WatermarkStrategy<T> watermarks,
            Class<T> type) {
        if (source.isPresent()) {
            return env.fromSource(source.get(), watermarks, name).uid(name);
        }
        return env.fromSequence(0, 0)
                .setParallelism(1)
                .flatMap((Long unused, Collector<T> out) -> {})
                .returns(type)
                .name("no " + name)
                .uid(name)
                .setParallelism(1);
    }

    /** Of the images, whose time is the job's. */
    static WatermarkStrategy<InputRecord> imageTime(TaggingSettings.Accuracy settings) {
        Duration outOfOrderness = settings.outOfOrderness();
        return WatermarkStrategy.<InputRecord>forGenerator(
                        context -> new EventTimeWatermarks(outOfOrderness, System::currentTimeMillis))
                .withTimestampAssigner((event, unused) -> event.timestamp())
                .withIdleness(settings.idleAfter());
    }

    /**
     * Of what must not hold the time of others back. To run ahead would be as bad: when the images rest, the largest
     * watermark would be the job's for good, and all that comes after too late.
     */
    static <T> WatermarkStrategy<T> withoutTime() {
        return WatermarkStrategy.<T>forGenerator(context -> new WatermarkGenerator<>() {
            @Override
            public void onEvent(T event, long timestamp, WatermarkOutput output) {}

            @Override
            public void onPeriodicEmit(WatermarkOutput output) {
                output.markIdle();
            }
        });
    }
}
