package org.catalogtagger.streaming.job;

import java.util.Optional;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Either;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.classify.ClassifyOperator;
import org.catalogtagger.streaming.classify.ClassifyOperatorFactory;
import org.catalogtagger.streaming.classify.FetchOperator;
import org.catalogtagger.streaming.classify.IncomingImage;
import org.catalogtagger.streaming.classify.InlineImages;
import org.catalogtagger.streaming.classify.ReadReleases;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ProductLabel;
import org.catalogtagger.streaming.events.ProductTag;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.monitor.CloseWindows;
import org.catalogtagger.streaming.monitor.CountPanes;
import org.catalogtagger.streaming.monitor.DetectDrift;
import org.catalogtagger.streaming.monitor.ExpectAccuracy;
import org.catalogtagger.streaming.monitor.JoinLabels;
import org.catalogtagger.streaming.monitor.LimitSegments;
import org.catalogtagger.streaming.monitor.MergePanes;
import org.catalogtagger.streaming.monitor.PaneCounts;
import org.catalogtagger.streaming.monitor.ReadAcceptances;
import org.catalogtagger.streaming.monitor.ReadLabels;
import org.catalogtagger.streaming.settings.TaggingSettings;

/**
 * The job, as DESIGN's diagram has it:
 *
 * <pre>
 * images ─┬──────────┬─▶ classify ─▶ tags
 *         └─▶ fetch ─┘      ▲ │└─▶ join labels ─▶ count panes ─┬──────────────────────┬─▶ close windows ─▶ accuracy
 *         (those by URI)    │ │         ▲                      └─▶ limit segments ────┤
 *                           │ │         │                                             └─▶ detect drift ─▶ drift alerts, baselines
 *                    releases │       labels                                                 ▲
 *                             │                                                         acceptances
 *                             └──▶ shadow tags, rejected, release outcomes; how models did in their tests, to drift and accuracy
 * </pre>
 *
 * @param images the events, with their timestamps
 * @param releases records of the models that are to be used, if others than the one of the settings
 * @param labels records of true labels that come apart from the images, if any do
 * @param acceptances records of the drift alerts that somebody accepts, if anybody can
 * @param tags where tags go
 * @param shadowTags where the tags of the model go that runs beside the live one
 * @param rejected where events go that get no tag, and labels, releases and acceptances that cannot be read
 * @param accuracy where the accuracy of each window goes
 * @param driftAlerts where drift alerts go, if it is watched for
 * @param baselines where it goes how each model did in its test and how well it is watched, if it is and anybody wants to know
 * @param releaseOutcomes where it goes what became of releases
 */
public record TaggingJob(
        Source<InputRecord, ?, ?> images,
        Optional<Source<InputRecord, ?, ?>> releases,
        Optional<Source<InputRecord, ?, ?>> labels,
        Optional<Source<InputRecord, ?, ?>> acceptances,
        Sink<TaggedImage> tags,
        Sink<TaggedImage> shadowTags,
        Sink<Rejection> rejected,
        Sink<WindowAccuracy> accuracy,
        Optional<Sink<DriftAlert>> driftAlerts,
        Optional<Sink<WatchedModel>> baselines,
        Sink<ReleaseOutcome> releaseOutcomes) {
    /**
     * How long an event may wait for others on its way to be classified, in milliseconds. Flink's default of 100 would
     * double the delay that the settings ask for ({@code deploy/bin/bench stream-latency}: a median of 110 ms where maxDelay
     * is 50). Everywhere else it is left: to look every 5 ms, all tasks, took a twentieth of a core
     * ({@code bench stream-big}).
     */
    private static final long PROMPT_MILLIS = 10;

    /**
     * Adds the job to an environment.
     *
     * @return the models released to it, a stream of one subtask
     */
    public DataStream<ModelRelease> assemble(StreamExecutionEnvironment env, TaggingSettings settings) {
        return assemble(env, settings, env.getParallelism());
    }

    /**
     * The same with less subtasks that read.
     *
     * @param readers of the images, as many as can have something to read; where more classify, images go round all of these
     */
    public DataStream<ModelRelease> assemble(StreamExecutionEnvironment env, TaggingSettings settings, int readers) {
        DataStream<InputRecord> events = env.fromSource(images, JobSources.imageTime(settings.accuracy()), "images")
                .uid("images")
                .setParallelism(readers)
                .transform("final watermark", TypeInformation.of(InputRecord.class), new FinalWatermark<>())
                .uid("final-watermark")
                .setParallelism(readers);
        SingleOutputStreamOperator<IncomingImage> inline = events.process(new InlineImages())
                .name("inline images")
                .uid("inline-images")
                .setParallelism(readers)
                .setBufferTimeout(PROMPT_MILLIS);
        DataStream<IncomingImage> fetched = inline.getSideOutput(InlineImages.BY_URI)
                .transform("fetch", TypeInformation.of(IncomingImage.class), new FetchOperator(settings.fetchPolicy()))
                .uid("fetch")
                .setBufferTimeout(PROMPT_MILLIS);
        SingleOutputStreamOperator<ModelRelease> released =
                readReleases(env, settings.accuracy().eventTimes());
        SingleOutputStreamOperator<TaggedImage> tagged = inline.union(fetched)
                .connect(released.broadcast())
                .transform(
                        "classify",
                        TypeInformation.of(TaggedImage.class),
                        new ClassifyOperatorFactory(new ClassifyOperator(
                                settings.model().bundle(),
                                settings.model().allowed(),
                                settings.classify().maxBatch(),
                                settings.classify().maxDelay(),
                                settings.classify().topLabels(),
                                settings.images().limits(),
                                settings.audit().draw())))
                .uid("classify")
                .setParallelism(
                        settings.classify().parallelism() > 0
                                ? settings.classify().parallelism()
                                : env.getParallelism());
        DataStream<TaggedImage> shadowTagged = tagged.getSideOutput(ClassifyOperator.SHADOW);

        tagged.sinkTo(tags).name("tags").uid("tags");
        shadowTagged.sinkTo(shadowTags).name("shadow tags").uid("shadow-tags");
        SingleOutputStreamOperator<ProductLabel> labelled =
                readLabels(env, settings.accuracy().eventTimes());
        SingleOutputStreamOperator<DriftAcceptance> accepted =
                readAcceptances(env, settings.accuracy().eventTimes());
        tagged.getSideOutput(Rejection.OUTPUT)
                .union(labelled.getSideOutput(Rejection.OUTPUT))
                .union(released.getSideOutput(Rejection.OUTPUT))
                .union(accepted.getSideOutput(Rejection.OUTPUT))
                .sinkTo(rejected)
                .name("rejected")
                .uid("rejected");
        tagged.getSideOutput(ClassifyOperator.RELEASES)
                .union(released.getSideOutput(ClassifyOperator.RELEASES))
                .sinkTo(releaseOutcomes)
                .name("release outcomes")
                .uid("release-outcomes");
        DataStream<PaneCounts> counted = accuracyOf(
                withoutHeaders(tagged, "without headers").union(withoutHeaders(shadowTagged, "shadow without headers")),
                labelled,
                tagged.getSideOutput(ClassifyOperator.BASELINES),
                settings.accuracy(),
                env.getConfiguration().get(ExecutionOptions.RUNTIME_MODE) == RuntimeExecutionMode.BATCH);
        driftAlerts.ifPresent(alerts -> {
            SingleOutputStreamOperator<DriftAlert> drift = driftOf(
                    counted,
                    tagged.getSideOutput(ClassifyOperator.BASELINES),
                    accepted,
                    settings.drift().monitors(settings.accuracy().waitForLabels()));
            drift.sinkTo(alerts).name("drift alerts").uid("drift-alerts").setParallelism(1);
            baselines.ifPresent(sink -> drift.getSideOutput(DetectDrift.WATCHED)
                    .sinkTo(sink)
                    .name("model baselines")
                    .uid("model-baselines")
                    .setParallelism(1)
                    // By itself, or it would have the maximal parallelism of what watches for drift, 1, and earlier
                    // savepoints do not.
                    .disableChaining());
        });
        return released;
    }

    private SingleOutputStreamOperator<ModelRelease> readReleases(StreamExecutionEnvironment env, EventTimes times) {
        return JobSources.orNone(env, "releases", releases, WatermarkStrategy.noWatermarks(), InputRecord.class)
                .forceNonParallel()
                .process(new ReadReleases(times))
                .name("read releases")
                .uid("read-releases")
                .forceNonParallel();
    }

    private SingleOutputStreamOperator<ProductLabel> readLabels(StreamExecutionEnvironment env, EventTimes times) {
        return JobSources.orNone(env, "labels", labels, JobSources.withoutTime(), InputRecord.class)
                .process(new ReadLabels(times))
                .name("read labels")
                .uid("read-labels");
    }

    private SingleOutputStreamOperator<DriftAcceptance> readAcceptances(
            StreamExecutionEnvironment env, EventTimes times) {
        return JobSources.orNone(env, "acceptances", acceptances, WatermarkStrategy.noWatermarks(), InputRecord.class)
                .forceNonParallel()
                .process(new ReadAcceptances(times))
                .name("read acceptances")
                .uid("read-acceptances")
                .forceNonParallel();
    }

    /** In the task that has made the tags: what the accuracy does not need is not sent to the next. */
    private static SingleOutputStreamOperator<ProductTag> withoutHeaders(DataStream<TaggedImage> tagged, String name) {
        return tagged.map(ProductTag::of)
                .returns(ProductTag.class)
                .name(name)
                .uid(name.replace(' ', '-'))
                .setParallelism(tagged.getParallelism());
    }

    private DataStream<PaneCounts> accuracyOf(
            DataStream<ProductTag> tagged,
            DataStream<ProductLabel> labelled,
            DataStream<ModelBaseline> baselines,
            TaggingSettings.Accuracy settings,
            boolean isBatch) {
        SingleOutputStreamOperator<PaneCounts> counted = tagged.keyBy(ProductTag::productId)
                .connect(labelled.keyBy(ProductLabel::productId))
                .process(new JoinLabels(settings.waitForLabels()))
                .name("join labels")
                .uid("join-labels")
                .transform("count panes", TypeInformation.of(PaneCounts.class), new CountPanes(settings.windows()))
                .uid("count-panes");
        DataStream<PaneCounts> bySegment = counted.getSideOutput(CountPanes.BY_SEGMENT)
                .keyBy(pane -> pane.series().modelVersion())
                .process(new LimitSegments(settings.windows(), settings.lateness()))
                .name("limit segments")
                .uid("limit-segments");
        DataStream<PaneCounts> all = counted.union(bySegment);
        DataStream<PaneCounts> merged = all.keyBy(PaneCounts::series)
                .transform("merge panes", TypeInformation.of(PaneCounts.class), new MergePanes(settings.windows()))
                .uid("merge-panes");
        DataStreamUtils.reinterpretAsKeyedStream(merged, PaneCounts::series)
                .process(new CloseWindows(
                        settings.windows(),
                        settings.outOfOrderness(),
                        settings.lateness(),
                        settings.corrections().pace()))
                .name("close windows")
                .uid("close-windows")
                .connect(baselines.broadcast())
                .transform("expect accuracy", TypeInformation.of(WindowAccuracy.class), new ExpectAccuracy(isBatch))
                .uid("expect-accuracy")
                // Windows are few; to tell each of many subtasks of the models takes network buffers by the square.
                .setParallelism(1)
                .sinkTo(accuracy)
                .name("accuracy")
                .uid("accuracy")
                .setParallelism(1);
        return all;
    }

    private static SingleOutputStreamOperator<DriftAlert> driftOf(
            DataStream<PaneCounts> counted,
            DataStream<ModelBaseline> baselines,
            DataStream<DriftAcceptance> accepted,
            DriftSettings settings) {
        TypeInformation<Either<ModelBaseline, DriftAcceptance>> told = new EitherTypeInfo<>(
                TypeInformation.of(ModelBaseline.class), TypeInformation.of(DriftAcceptance.class));
        DataStream<Either<ModelBaseline, DriftAcceptance>> tested = baselines
                .map(Either::<ModelBaseline, DriftAcceptance>Left)
                .returns(told)
                .name("baselines for drift")
                .uid("baselines-for-drift")
                .setParallelism(baselines.getParallelism());
        return counted.connect(tested.union(accepted.map(Either::<ModelBaseline, DriftAcceptance>Right)
                        .returns(told)
                        .name("acceptances for drift")
                        .uid("acceptances-for-drift")
                        .forceNonParallel()))
                .process(new DetectDrift(settings))
                .name("detect drift")
                .uid("detect-drift")
                .forceNonParallel();
    }
}
