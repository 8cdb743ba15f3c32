package org.catalogtagger.deploy.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.bench.BenchImages;
import org.catalogtagger.streaming.bench.BenchModels;
import org.catalogtagger.streaming.commands.TaggerProcess;
import org.catalogtagger.streaming.job.LoopbackPort;
import org.catalogtagger.streaming.quickstart.LocalKafka;

/**
 * {@code tagger stream} as a process of its own, under 70 % of the load that it can take, for an hour or
 * {@code -Dbench.minutes}: whether memory, threads, open files, latency or checkpoints grow. What it can take is measured
 * first. Beside the figures it draws {@code soak.png}.
 */
public final class SoakBenchmark {
    private static final double SHARE_OF_CAPACITY = 0.7;
    private static final double MINUTES = Double.parseDouble(System.getProperty("bench.minutes", "60"));
    /** More than are tagged between two checkpoints: tags are committed with those. */
    private static final int PORTION = 150_000;

    /** Longer than products wait for their labels: until then none is forgotten, which costs as much as to remember it. */
    private static final long WARM_UP_SECONDS = 240;

    private static final long MEASURED_SECONDS = 120;

    /** As often as tags are committed, which is with checkpoints. */
    private static final int SAMPLE_SECONDS = 10;

    private static final int SAMPLES_A_LINE = 6;
    private static final int PARTITIONS = 2;

    /** A topic's log is cut from its oldest end: an hour's images would take tens of gigabytes. */
    private static final Map<String, String> SHORT = Map.of(
            TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(1L << 30),
            TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20));

    private static final String CONFIG =
            """
            kafka: {bootstrapServers: '%s'}
            model: {bundle: '%s'}
            accuracy: {waitForLabels: 2 min}
            flink:
              parallelism: 2
              checkpointDirectory: '%s'
              prometheus: {port: %d, flinkMetrics: true}
              # Nothing here asks for what Kafka's clients tell, which is most of the page.
              properties: {metrics.reporter.prom.filter.excludes: '*.KafkaProducer*;*.KafkaSourceReader*'}
            """;

    private final BenchImages images = BenchImages.load();
    private final int port = LoopbackPort.free();
    private final LocalKafka kafka;
    private final Path folder;
    private int published;

    private SoakBenchmark(LocalKafka kafka, Path folder) throws Exception {
        this.kafka = kafka;
        this.folder = folder;
    }

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Path folder = Path.of("target/soak").toAbsolutePath();
        AtomicDirectory.deleteRecursively(folder);
        Files.createDirectories(folder.resolve("tmp"));
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            new SoakBenchmark(kafka, folder).run(arguments);
        }
        System.exit(0);
    }

    private void run(String... arguments) throws Exception {
        createTopics(List.of("product-images", "product-tags"));
        Path config = folder.resolve("stream.yaml");
        Files.writeString(
                config,
                CONFIG.formatted(
                        kafka.bootstrapServers(),
                        BenchModels.compact(folder.resolve("model")),
                        folder.resolve("checkpoints"),
                        port));
        try (TaggerProcess job = TaggerProcess.start(
                        folder.resolve("tmp"), folder.resolve("job.log"), "stream", "--config", config.toString());
                TagReader tags = new TagReader(kafka.bootstrapServers(), "product-tags")) {
            Figures figures = new Figures();
            double capacity = capacity(tags);
            figures.add("capacityPerSecond", capacity, "tags a second, committed, while as many events are published");
            List<JobSample> samples = soak(job, tags, SHARE_OF_CAPACITY * capacity);
            add(figures, samples);
            figures.add("published", published, "events, those of the measuring of capacity among them");
            figures.add("tagged", (double) tags.seen(), "committed tags of them");
            figures.write(arguments);
            Path chart = Path.of(arguments.length == 0 ? "target/soak" : arguments[0]);
            SoakChart.write(samples, chart.resolveSibling("soak.png"));
        }
    }

    private void createTopics(List<String> names) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            admin.createTopics(names.stream()
                            .map(name -> new NewTopic(name, PARTITIONS, (short) 1).configs(SHORT))
                            .toList())
                    .all()
                    .get();
        }
    }

    private void publish(int count, double perSecond) {
        images.publish(kafka.bootstrapServers(), "product-images", published, count, perSecond);
        published += count;
    }

    /**
     * Tags a second while events are published as fast as they are tagged, when the JVM's compiler has finished and as many
     * products are forgotten as come: brokers, publisher and the reader of the tags are on the same machine, and have their part of
     * it.
     */
    private double capacity(TagReader tags) throws InterruptedException {
        publish(PORTION, 0);
        publishWhileTagged(tags, WARM_UP_SECONDS);
        long begin = System.nanoTime();
        long first = tags.seen();
        publishWhileTagged(tags, MEASURED_SECONDS);
        double capacity = (tags.seen() - first) / ((System.nanoTime() - begin) / 1e9);
        awaitTags(tags, published);
        return capacity;
    }

    private void publishWhileTagged(TagReader tags, long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            publish(PORTION, 0);
            awaitTags(tags, published - PORTION);
        }
    }

    private static void awaitTags(TagReader tags, long count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (tags.seen() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%,d tags of %,d".formatted(tags.seen(), count));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private List<JobSample> soak(TaggerProcess job, TagReader tags, double perSecond) throws Exception {
        long before = published;
        int count = (int) (perSecond * 60 * MINUTES);
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> publish(count, perSecond));
        tags.takeMillis();
        long begin = System.nanoTime();
        List<JobSample> samples = new ArrayList<>();
        while (!load.isDone()) {
            TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long waiting = before + (long) Math.min(count, seconds * perSecond) - tags.seen();
            JobSample sample = JobSample.of(seconds / 60, job.pid(), port, tags.takeMillis(), waiting);
            samples.add(sample);
            if (samples.size() % SAMPLES_A_LINE == 1) {
                System.out.printf(
                        Locale.ROOT,
                        "%5.1f min: %,.0f events/s, resident %.0f MB, heap %.0f MB, %.0f threads, %.0f handles, P50 %.0f ms, P99 %.0f ms, checkpoint %.1f MB, %,.0f wait%n",
                        sample.minutes(),
                        perSecond,
                        sample.residentMegabytes(),
                        sample.heapMegabytes(),
                        sample.threads(),
                        sample.handles(),
                        sample.p50Millis(),
                        sample.p99Millis(),
                        sample.checkpointMegabytes(),
                        sample.waiting());
            }
        }
        load.join();
        awaitTags(tags, published);
        return samples;
    }

    /** The first sixth is the warming up: what each figure was in the second, and what it was in the last. */
    private static void add(Figures figures, List<JobSample> samples) {
        figures.add("minutes", samples.get(samples.size() - 1).minutes(), "under load");
        add(figures, samples, "residentMegabytes", JobSample::residentMegabytes, 0.5);
        // Garbage comes and goes: the least is what is in use.
        add(figures, samples, "heapMegabytes", JobSample::heapMegabytes, 0);
        add(figures, samples, "outsideHeapMegabytes", JobSample::outsideMegabytes, 0.5);
        add(figures, samples, "threads", JobSample::threads, 0.5);
        add(figures, samples, "handles", JobSample::handles, 0.5);
        add(figures, samples, "p50Millis", JobSample::p50Millis, 0.5);
        add(figures, samples, "p99Millis", JobSample::p99Millis, 0.5);
        add(figures, samples, "checkpointMegabytes", JobSample::checkpointMegabytes, 0.5);
        add(figures, samples, "waiting", JobSample::waiting, 0.5);
    }

    private static void add(
            Figures figures,
            List<JobSample> samples,
            String name,
            ToDoubleFunction<JobSample> figure,
            double quantile) {
        int sixth = samples.size() / 6;
        double early = quantile(samples.subList(sixth, 2 * sixth), figure, quantile);
        double late = quantile(samples.subList(samples.size() - sixth, samples.size()), figure, quantile);
        figures.add(name, late, "in the last sixth of the time");
        figures.add(name + "Early", early, "in its second sixth");
    }

    private static double quantile(List<JobSample> samples, ToDoubleFunction<JobSample> figure, double share) {
        // No tag may have been committed since the sample before.
        double[] sorted = samples.stream()
                .mapToDouble(figure)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
    }
}
