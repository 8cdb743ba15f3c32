package org.catalogtagger.streaming.job;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.catalogtagger.model.ImageSize;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * The job, as DESIGN's diagram has it:
 *
 * <pre>
 * images ─▶ decode ─▶ classify ─▶ tags
 *              │          └─▶ accuracy per class and window ─▶ accuracy
 *              └─▶ rejected
 * </pre>
 *
 * @param source of events, with their timestamps
 * @param tags where tags go
 * @param rejected where events go that get none
 * @param accuracy where the accuracy of each window goes
 */
public record TaggingJob(
        Source<ImageEvent, ?, ?> source,
        Sink<TaggedImage> tags,
        Sink<Rejection> rejected,
        Sink<WindowAccuracy> accuracy) {
    /** Accumulator: tags made. */
    public static final String TAGS = "tags";

    /** Accumulator: nanoseconds in the model's forward passes, all subtasks together. */
    public static final String FORWARD_NANOS = "forwardNanos";

    /** Accumulator: nanoseconds in decoding, all subtasks together. */
    public static final String DECODE_NANOS = "decodeNanos";

    /** Accumulator: when the first event came to be decoded, milliseconds since 1970. */
    public static final String FIRST_EVENT_MILLIS = "firstEventMillis";

    /** Accumulator: when the last tag was made, milliseconds since 1970. */
    public static final String LAST_TAG_MILLIS = "lastTagMillis";

    /**
     * Adds the job to an environment.
     *
     * @param input the size that the model wants its images in
     */
    public void assemble(StreamExecutionEnvironment env, StreamSettings settings, ImageSize input) {
        SingleOutputStreamOperator<DecodedImage> decoded = env.fromSource(source, watermarks(settings), "images")
                .uid("images")
                .process(new DecodeFunction(input, settings.images().limits()))
                .name("decode")
                .uid("decode");

        decoded.getSideOutput(DecodeFunction.REJECTED)
                .sinkTo(rejected)
                .name("rejected")
                .uid("rejected");

        DataStream<TaggedImage> tagged = decoded.transform(
                        "classify",
                        TypeInformation.of(TaggedImage.class),
                        new ClassifyOperator(
                                settings.model().directory(),
                                settings.classify().maxBatch(),
                                settings.classify().maxDelay(),
                                settings.classify().topLabels()))
                .uid("classify");

        tagged.sinkTo(tags).name("tags").uid("tags");

        tagged.filter(tag -> tag.truth().isPresent())
                .name("labelled")
                .uid("labelled")
                .keyBy(TaggedImage::modelVersion)
                .window(TumblingEventTimeWindows.of(settings.accuracy().window()))
                .aggregate(new AccuracyWindow.Count(), new AccuracyWindow.Close())
                .name("accuracy per class")
                .uid("accuracy-per-class")
                .setParallelism(1)
                .sinkTo(accuracy)
                .name("accuracy")
                .uid("accuracy")
                .setParallelism(1);
    }

    private static WatermarkStrategy<ImageEvent> watermarks(StreamSettings settings) {
        return WatermarkStrategy.<ImageEvent>forBoundedOutOfOrderness(
                        settings.accuracy().outOfOrderness())
                .withIdleness(settings.accuracy().idleAfter());
    }
}
