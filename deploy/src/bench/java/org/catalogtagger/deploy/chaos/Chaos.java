package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.MlpArchitecture;
import org.catalogtagger.streaming.bench.BenchImages;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.catalogtagger.streaming.cluster.MemberProcess;

/**
 * A cluster of processes that are killed and stand still, as a seed draws it, while images come; then what a reader of committed
 * records finds is counted.
 *
 * @param events published
 * @param kills disturbances, spread over the time in which the events are published
 */
record Chaos(int events, int kills, Duration span, long seed) {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Images still come after the last disturbance, so that its end is seen. */
    private static final Duration LAST_RECOVERY = Duration.ofSeconds(30);

    /** All must be tagged before anything happens. */
    private static final int FIRST_EVENTS = 500;

    private static final int PARTITIONS = 8;
    private static final long PAUSE_MILLIS = 500;

    /** Runs it, and fails if an event was lost, was answered twice, or is not in its accuracy window. */
    void run(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path folder = Files.createTempDirectory("chaos");
        try {
            Observed observed = observe(folder);
            ExactCounts counts = observed.counts();
            double[] seconds = observed.recoverySeconds();
            Arrays.sort(seconds);
            figures.add("events", events, "published, of " + observed.images() + " images");
            figures.add("kills", kills, "kill -9, or standing still for a while; seed " + seed);
            figures.add("lost", counts.lost(), "events that have neither tag nor rejection");
            figures.add("duplicated", counts.duplicated(), "tags beyond one for each event");
            figures.add("watchedTags", observed.watched(), "that a reader saw who was there all the while");
            figures.add("windows", counts.windows(), "accuracy windows");
            figures.add("windowsDiffering", counts.windowsDiffering(), "from a computation over all tags");
            figures.add("recoverySecondsP50", percentile(seconds, 0.5), "until all partitions had new tags again");
            figures.add("recoverySecondsP95", percentile(seconds, 0.95), "");
            figures.add("recoverySecondsMax", percentile(seconds, 1), "");
            figures.write(arguments);
            if (counts.lost() + counts.duplicated() + counts.windowsDiffering() > 0 || observed.watched() != events) {
                throw new IllegalStateException("not exactly once: see the figures");
            }
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
    }

    private record Observed(ExactCounts counts, int watched, double[] recoverySeconds, int images) {}

    private Observed observe(Path folder) throws Exception {
        BenchImages images = BenchImages.load();
        LocalCluster cluster = cluster(folder, images);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster)));
        String kafka = cluster.plan().bootstrapServers();
        ChaosPublisher publisher = new ChaosPublisher(kafka, "product-images", images);
        cluster.start(PARTITIONS, System.out::println);
        try (TagWatch watch = new TagWatch(kafka, "product-tags", events)) {
            publisher.publish(0, FIRST_EVENTS, FIRST_EVENTS);
            awaitTags(watch, FIRST_EVENTS);
            double perSecond =
                    (events - FIRST_EVENTS) / (double) span.plus(LAST_RECOVERY).toSeconds();
            CompletableFuture<Void> published =
                    CompletableFuture.runAsync(() -> publisher.publish(FIRST_EVENTS, events - FIRST_EVENTS, perSecond));
            List<TagWatch.Recovery> recoveries = disturb(cluster, watch);
            published.get();
            awaitTags(watch, events);
            awaitWindows(kafka);
            ExactCounts counts = ExactCounts.read(kafka, events, publisher::label, WINDOW);
            return new Observed(
                    counts,
                    watch.seen(),
                    recoveries.stream().mapToDouble(TagWatch.Recovery::seconds).toArray(),
                    images.encoded().size());
        } finally {
            stop(cluster);
        }
    }

    private static LocalCluster cluster(Path folder, BenchImages images) throws IOException {
        List<String> classes = new ArrayList<>(new TreeSet<>(images.labels()));
        MlpArchitecture compact =
                new MlpArchitecture(List.of(4800, 512, 256, classes.size()), Activation.RELU, false, 0);
        TinyModel.save(folder.resolve("model"), 1, compact, classes);
        ClusterPlan plan =
                ClusterPlan.of(Map.of(Kind.ZOOKEEPER, 1, Kind.BROKER, 3, Kind.JOBMANAGER, 2, Kind.TASKMANAGER, 2));
        // The benchmark runs in its module's folder.
        LocalCluster cluster = LocalCluster.create(folder.resolve("cluster"), Path.of("conf"), plan);
        Files.writeString(
                cluster.settings(),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                accuracy: {window: %d s, outOfOrderness: 2 s, idleAfter: 5 s}
                flink: {parallelism: 2, checkpointInterval: 1 s, checkpointDirectory: '%s'}
                """
                        .formatted(
                                plan.bootstrapServers(),
                                folder.resolve("model"),
                                WINDOW.toSeconds(),
                                cluster.checkpoints()));
        return cluster;
    }

    private List<TagWatch.Recovery> disturb(LocalCluster cluster, TagWatch watch) throws Exception {
        List<TagWatch.Recovery> recoveries = new ArrayList<>();
        long begin = System.nanoTime();
        ExecutorService endings = Executors.newCachedThreadPool();
        List<CompletableFuture<Void>> ended = new ArrayList<>();
        for (Disturbance disturbance : Disturbance.draw(seed, kills, span, cluster.plan())) {
            long wait = disturbance.after().toNanos() - (System.nanoTime() - begin);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
            System.out.printf(
                    Locale.ROOT,
                    "[%6.1f s] %s, %,d tags%n",
                    (System.nanoTime() - begin) / 1e9,
                    disturbance,
                    watch.seen());
            recoveries.add(watch.disturbed());
            ended.add(CompletableFuture.runAsync(() -> happen(cluster, disturbance), endings));
        }
        for (CompletableFuture<Void> each : ended) {
            each.get();
        }
        endings.shutdown();
        return recoveries;
    }

    private static void happen(LocalCluster cluster, Disturbance disturbance) {
        try {
            MemberProcess process = cluster.process(disturbance.member());
            switch (disturbance.how()) {
                case KILL -> {
                    // One that has ended by itself, as those do that lost their leader, needs only its start.
                    process.handle().ifPresent(ProcessHandle::destroyForcibly);
                    TimeUnit.MILLISECONDS.sleep(disturbance.lasts().toMillis());
                }
                case STANDSTILL -> {
                    if (process.handle().isPresent()) {
                        process.signal("STOP");
                        TimeUnit.MILLISECONDS.sleep(disturbance.lasts().toMillis());
                        if (process.handle().isPresent()) {
                            process.signal("CONT");
                        }
                    }
                }
            }
            // As Kubernetes or systemd would.
            for (Member member : cluster.plan().members()) {
                cluster.start(member);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitTags(TagWatch watch, int count) throws InterruptedException {
        while (watch.seen() < count) {
            if (watch.silence().compareTo(PATIENCE) > 0) {
                throw new IllegalStateException("no tag has come for %d s".formatted(PATIENCE.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Until the last window has closed and been corrected; if that never comes the counts will say so. */
    private void awaitWindows(String kafka) throws Exception {
        long deadline = System.nanoTime() + WINDOW.multipliedBy(6).toNanos();
        while (ExactCounts.taggedInWindows(kafka) != events && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static void stop(LocalCluster cluster) {
        try {
            cluster.kill();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double percentile(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
