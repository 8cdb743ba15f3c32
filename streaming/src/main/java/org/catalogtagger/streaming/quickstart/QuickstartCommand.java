package org.catalogtagger.streaming.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.watch.Watch;
import org.catalogtagger.training.commands.Findings;
import org.catalogtagger.training.commands.Loading;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger quickstart}. */
@Command(
        name = "quickstart",
        description = "The whole story on one machine: trains a model, starts Kafka and Flink, publishes the held-out"
                + " images as events, tags them, says how right the tags are, and stops all it started.")
public final class QuickstartCommand implements Callable<Integer> {
    /** What a shell gives a process that Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    private static final int PARTITIONS = 2;

    /** In a folder whose contents are its own. */
    private static final String MARK = ".quickstart";

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "Your images, laid out as <class>/<product id>.jpg; without, a sample catalogue is drawn.")
    private Optional<Path> images = Optional.empty();

    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            description = "Tag with this model; without, a compact one is trained.")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/quickstart",
            description = {
                "Where model, tags and report go (default: ${DEFAULT-VALUE}): a new folder, or that of an earlier quickstart,"
                        + " whose files are replaced."
            })
    private Path out;

    @Mixin
    private Loading loading;

    @Option(
            names = "--keep-running",
            description = "Leave Kafka, Flink, the job and the live page running when all is tagged, until Ctrl-C.")
    private boolean keepRunning;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws Exception {
        Stages stages = new Stages(System.out);
        requireOwn(out);
        try (DirectoryClaim claim = DirectoryClaim.within(out)) {
            Files.writeString(out.resolve(MARK), "");
            return tag(Catalogue.prepare(images, model, out, loading, stages), stages);
        }
    }

    private int tag(Catalogue catalogue, Stages stages) throws Exception {
        try (StopOnExit running = new StopOnExit()) {
            try {
                return tag(catalogue, running, stages);
            } catch (Exception e) {
                if (running.exiting()) {
                    return INTERRUPTED;
                }
                throw e;
            }
        }
    }

    /** What it writes takes the place of what is called alike there. */
    private static void requireOwn(Path out) throws IOException {
        if (Files.isDirectory(out) && !Files.exists(out.resolve(MARK))) {
            try (Stream<Path> files = Files.list(out)) {
                if (files.findAny().isPresent()) {
                    throw new CommandException(
                            "--out %s is not empty, and of no earlier quickstart; take a new folder".formatted(out));
                }
            }
        }
    }

    private int tag(Catalogue catalogue, StopOnExit running, Stages stages) throws Exception {
        Path work = out.resolve("work");
        running.add(() -> AtomicDirectory.deleteRecursively(work));

        LocalKafka kafka = running.add(LocalKafka.start(work.resolve("kafka")));
        StreamSettings settings = settings(kafka, catalogue.model(), work);
        kafka.createTopics(List.of(settings.kafka().imagesTopic()), PARTITIONS);
        new KafkaTopics(settings).ensureTopics();
        stages.say("Kafka is up at %s, topics %s", kafka.bootstrapServers(), String.join(", ", topics(settings)));

        Watch watch = running.add(new Watch(settings.kafka(), Instant.now(), "127.0.0.1", List.of(), 0));
        stages.say("watch it live at %s", watch.address());

        publish(catalogue, settings, stages);

        LocalJob job = running.add(LocalJob.start(settings, work.resolve("savepoint")));
        stages.say("the Flink job runs; its web page is %s while it does", job.webPage());

        int events = catalogue.published().size();
        long answered = awaitTags(events, settings, job, stages);
        if (answered < events) {
            throw new CommandException("the job ended before all events were answered");
        }
        stages.say("all %,d events are answered", events);

        JobFigures figures = keepRunning ? job.figuresSoFar(events) : job.finish();
        Path tagsFile = out.resolve("tags.jsonl");
        Outcome outcome = Outcome.read(settings.kafka(), tagsFile);
        Optional<ReportedAccuracy> windows =
                keepRunning ? Optional.empty() : Optional.of(ReportedAccuracy.read(settings.kafka()));
        QuickstartReport report = QuickstartReport.of(
                catalogue.model().description().modelVersion(),
                catalogue.truth(),
                outcome,
                figures,
                PARTITIONS,
                windows);
        Path reportFile = out.resolve("report.json");
        Json.write(reportFile, report.toJson());
        findings.write(report.toJson());
        report.print(System.out);
        System.out.printf(
                "model   %s%ntags    %s%nreport  %s%n", catalogue.model().directory(), tagsFile, reportFile);
        if (!report.nothingLostOrDoubled()) {
            System.err.println("tagger quickstart: not every event got exactly one tag or one rejection");
            return 1;
        }
        if (keepRunning) {
            keepRunning(settings, job, watch, stages);
        }
        running.close();
        stages.say("stopped Flink, Kafka and the page");
        return 0;
    }

    private static StreamSettings settings(LocalKafka kafka, ModelBundle model, Path work) throws IOException {
        String settings = Json.MAPPER.writeValueAsString(Map.of(
                "kafka", Map.of("bootstrapServers", kafka.bootstrapServers()),
                "model", Map.of("bundle", model.directory().toString(), "programs", true),
                // All comes at once and live: let the page show it soon.
                "accuracy", Map.of("window", "5 s", "outOfOrderness", "1 s", "idleAfter", "2 s"),
                "flink",
                        Map.of(
                                "parallelism",
                                PARTITIONS,
                                "checkpointInterval",
                                "1 s",
                                "checkpointDirectory",
                                work.resolve("checkpoints").toString())));
        return StreamSettings.parse("quickstart", settings);
    }

    private static List<String> topics(StreamSettings settings) {
        List<String> topics = new ArrayList<>(settings.kafka().outputTopics());
        topics.add(0, settings.kafka().imagesTopic());
        return topics;
    }

    private static void publish(Catalogue catalogue, StreamSettings settings, Stages stages) throws IOException {
        StreamSettings.Kafka kafka = settings.kafka();
        int events = catalogue.published().size();
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), kafka.imagesTopic());
                Progress progress = Progress.start("publishing", events, stages.out())) {
            publisher.publish(catalogue.published(), catalogue.classes(), true, 0, sent -> progress.to(sent, ""));
        }
        stages.say("published %,d images that the model has not seen as events to %s", events, kafka.imagesTopic());
    }

    private static long awaitTags(int events, StreamSettings settings, LocalJob job, Stages stages) {
        try (Progress progress = Progress.start("tagging", events, stages.out())) {
            return Outcome.await(settings.kafka(), events, job::goesOn, answered -> progress.to(answered, ""));
        }
    }

    private static void keepRunning(StreamSettings settings, LocalJob job, Watch watch, Stages stages) {
        String kafka = settings.kafka().bootstrapServers();
        stages.say("Kafka, Flink and the job keep running until Ctrl-C");
        System.out.printf(
                "watch   %s%nKafka   %s%nFlink   %s%nsend more with: deploy/bin/tagger publish --images DIR --bootstrap %s%n",
                watch.address(), kafka, job.webPage(), kafka);
        while (job.goesOn()) {
            // Until Ctrl-C, or until the job fails.
        }
        throw new CommandException("the job was stopped, not by this command");
    }
}
