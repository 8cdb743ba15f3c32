package org.catalogtagger.deploy.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.deploy.monitoring.Traffic.Image;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.commands.TaggerProcess;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.quickstart.LocalKafka;

/**
 * A tour of the alerts: each one's cause is brought about for a job that runs under {@code tagger stream}, a real
 * Prometheus raises it, what the runbook says is done, and it is resolved. Times of the rules are shortened
 * ({@link AlertRules#shortened}): a minute is a second, or as many as the argument says, for a machine that has other
 * work. What no image can bring about, a result that fits in no form, is a page that tells of
 * one.
 */
public final class AlertsTourBenchmark {
    private static final int USUAL = 100;
    /** What waits is known by each fetch of the consumer: one of a megabyte of URIs lasts for half an hour of the tour's. */
    private static final String CONFIG =
            """
            kafka: {bootstrapServers: '%s', properties: {max.partition.fetch.bytes: '10000'}}
            model: {bundle: '%s'}
            images: {fetch: {allow: ['%s'], allowInternal: true, retries: 0, waitWhenFull: true, queue: 50, parallel: %d}}
            accuracy: {window: 2 s, outOfOrderness: 500 ms, idleAfter: 1 s, waitForLabels: 5 s, lateness: 10 s}
            drift: {referenceTags: 1000, windowTags: 200}
            flink:
              parallelism: 1
              checkpointInterval: 500 ms
              checkpointDirectory: '%s'
              restartsWithoutProgress: 1000
              prometheus: {port: %d, flinkMetrics: true}
              # No alert asks for what Kafka's clients tell, which is most of the page.
              properties: {metrics.reporter.prom.filter.excludes: '*.KafkaProducer*;*.KafkaSourceReader*'}
            """;

    private final Path folder;
    private final LocalKafka kafka;
    private final TwoColours colours;
    private final SmallDisk disk;
    private final HttpPages store;
    private final Path config;
    private final Path log;
    private final int port = LoopbackPort.free();
    private final int minute;
    private final AtomicInteger dropped = new AtomicInteger();

    private AlertsTourBenchmark(Path folder, LocalKafka kafka, SmallDisk disk, int minute) throws Exception {
        this.folder = folder;
        this.kafka = kafka;
        this.disk = disk;
        this.minute = minute;
        colours = TwoColours.save(folder.resolve("model"));
        store = new HttpPages(colours::black, Duration.ofMillis(20));
        config = folder.resolve("stream.yaml");
        log = folder.resolve("job.log");
        kafka.createTopics(List.of("product-images"), 1);
        configure(8);
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int minute = arguments.length < 2 ? 1 : Integer.parseInt(arguments[1]);
        Path folder = Path.of("target/alerts-tour").toAbsolutePath();
        AtomicDirectory.deleteRecursively(folder);
        Files.createDirectories(folder.resolve("tmp"));
        try (SmallDisk disk = SmallDisk.mount(Path.of("target/alerts-tour-disk").toAbsolutePath(), "256m");
                LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            new AlertsTourBenchmark(folder, kafka, disk, minute).run(arguments);
        }
        System.exit(0);
    }

    private void run(String... arguments) throws Exception {
        try (store;
                HttpPages standIn = new HttpPages(this::pageOfDropped, Duration.ZERO);
                PrometheusServer prometheus = PrometheusServer.start(
                        folder.resolve("prometheus"), AlertRules.shortened(minute), port, standIn.port());
                Traffic traffic = new Traffic(kafka.bootstrapServers())) {
            Tour tour = new Tour(prometheus);
            JobProcess[] started = new JobProcess[1];
            try {
                tour.visit(
                        List.of("JobDown"),
                        "no job was ever started",
                        () -> usual(traffic),
                        "start it",
                        () -> started[0] = JobProcess.start(config, log));
                visitAll(tour, traffic, started[0]);
            } finally {
                if (started[0] != null) {
                    started[0].close();
                }
            }
            write(tour, arguments);
        }
    }

    private void visitAll(Tour tour, Traffic traffic, JobProcess job) throws Exception {
        tour.quiet(60 * minute);
        tour.visit(
                List.of("CheckpointsGrow"),
                "many products wait for labels",
                () -> traffic.show(4000, List.of(labelled(colours.black()))),
                "fewer images; those that wait are forgotten as time goes on",
                () -> usual(traffic));
        tour.visit(List.of("JobDown"), "kill -9", job::kill, "start it again", job::startAgain);
        tour.visit(
                List.of("ManyRejected"),
                "every fifth image is damaged",
                () -> traffic.show(USUAL, among(4, Image.of("no image".getBytes(UTF_8), ""))),
                "the sender is mended",
                () -> usual(traffic));
        tour.visit(
                List.of("ManyRejected"),
                "the store of images answers 503",
                () -> {
                    store.status(503);
                    traffic.show(USUAL, among(4, Image.at(store.address())));
                },
                "the store answers again; replay-rejected",
                () -> {
                    store.status(200);
                    tagger("replay-rejected", "--reason", "fetch-failed", "--since", "2020-01-01T00:00:00Z");
                });
        slowStore(tour, traffic, job);
        tour.visit(
                List.of("Drift"),
                "images are white that were black",
                () -> traffic.show(2 * USUAL, List.of(labelled(colours.white()))),
                "their source is mended",
                () -> traffic.show(2 * USUAL, List.of(labelled(colours.black()))));
        tour.visit(
                List.of("LabelsDryUp"),
                "images come without labels",
                () -> traffic.show(USUAL, List.of(Image.of(colours.black(), ""))),
                "labels come again, apart",
                () -> traffic.show(USUAL, List.of(labelled(colours.black()).labelledApart())));
        tour.visit(
                List.of("ReleaseRefused"),
                "a bundle that this machine lacks is released from another",
                this::releaseMissing,
                "one that can be read is released",
                () -> tagger(
                        "release",
                        "--model",
                        TwoColours.save(folder.resolve("next"))
                                .model()
                                .directory()
                                .toString()));
        tour.visit(
                List.of("CheckpointsFail", "JobRestarts"), "the disk is full", disk::fill, "room is made", disk::free);
        tour.visit(
                List.of("OutputsDropped"),
                "a page tells of a result that is lost",
                dropped::incrementAndGet,
                "-",
                () -> {});
        tour.quiet(20 * minute);
    }

    /** What {@code tagger release} would refuse where the bundle is not. */
    private void releaseMissing() throws Exception {
        Map<String, String> plain = Map.of();
        try (ModelReleases releases =
                new ModelReleases(kafka.bootstrapServers(), plain, "model-releases", "model-release-outcomes")) {
            String missing = folder.resolve("missing").toString();
            releases.send(new ModelRelease(Role.LIVE, missing, "", System.currentTimeMillis()));
        }
    }

    private void slowStore(Tour tour, Traffic traffic, JobProcess job) throws Exception {
        tour.visit(
                List.of("ImagesWait", "TagsLate"),
                "images by URI, one fetch at a time, of a store that takes its time",
                () -> {
                    restart(job, 1);
                    traffic.show(2 * USUAL, List.of(Image.at(store.address())));
                },
                "images.fetch.parallel: 32",
                () -> restart(job, 32));
        usual(traffic);
    }

    private void restart(JobProcess job, int fetches) throws Exception {
        job.stop();
        configure(fetches);
        job.startAgain();
    }

    private void configure(int fetches) throws IOException {
        Files.writeString(
                config,
                CONFIG.formatted(
                        kafka.bootstrapServers(),
                        colours.model().directory(),
                        store.address(),
                        fetches,
                        disk.folder(),
                        port));
    }

    private void usual(Traffic traffic) {
        traffic.show(USUAL, List.of(labelled(colours.black())));
    }

    private Image labelled(byte[] picture) {
        return Image.of(picture, colours.blackLabel());
    }

    private List<Image> among(int usual, Image other) {
        List<Image> images = new ArrayList<>(Collections.nCopies(usual, labelled(colours.black())));
        images.add(other);
        return images;
    }

    private void tagger(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap", kafka.bootstrapServers()));
        Path said = folder.resolve(arguments[0] + ".log");
        try (TaggerProcess process =
                TaggerProcess.start(config.resolveSibling("tmp"), said, all.toArray(String[]::new))) {
            int code = process.exitCode();
            if (code != 0) {
                throw new IllegalStateException("tagger %s: exit code %d: %s".formatted(all, code, process.output()));
            }
        }
    }

    private byte[] pageOfDropped() {
        return "flink_taskmanager_job_task_operator_user_catalog_tagger_topic_outputs_dropped_total{job_name=\"stand-in\",topic=\"product-tags\"} %d\n"
                .formatted(dropped.get())
                .getBytes(UTF_8);
    }

    private static void write(Tour tour, String... arguments) throws IOException {
        Figures figures = new Figures();
        List<AlertRules.Alert> all = AlertRules.read();
        for (Map.Entry<String, Double> alert : tour.resolved().entrySet()) {
            figures.add(
                    alert.getKey() + "ResolvedSeconds", alert.getValue(), "from the remedy to the end of the alert");
        }
        figures.add("alerts", all.size(), "in alerts.yaml");
        figures.add("fired", tour.fired().size(), "after their cause");
        figures.add("resolved", tour.resolved().size(), "after what the runbook says");
        figures.add("unexpected", tour.unexpected().size(), "fired besides: " + tour.unexpected());
        figures.write(arguments);
        if (tour.fired().size() < all.size() || tour.resolved().size() < all.size()) {
            throw new IllegalStateException("some alerts did not fire, or did not end: see the figures");
        }
    }
}
