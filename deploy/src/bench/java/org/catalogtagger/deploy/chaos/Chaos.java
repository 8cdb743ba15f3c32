package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.deploy.chaos.Disturbance.How;
import org.catalogtagger.deploy.chaos.Disturber.Outcome;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.streaming.bench.BenchImages;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member.Kind;

/**
 * A cluster of processes that are killed, stand still, are cut off from each other and fill their disks, as a seed draws it, while
 * images come, models are released and savepoints taken; then what a reader of committed records finds is counted.
 *
 * @param events published
 * @param kills disturbances, spread over the time in which the events are published
 * @param machines whether each process has a network and each broker a disk of its own, which takes root
 */
record Chaos(int events, int kills, Duration span, long seed, boolean machines) {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** Images still come after the last disturbance, so that its end is seen. */
    private static final Duration LAST_RECOVERY = Duration.ofSeconds(30);

    /** All must be tagged before anything happens. */
    private static final int FIRST_EVENTS = 500;

    private static final Duration BETWEEN_OPERATIONS = Duration.ofSeconds(30);
    private static final int MODELS = 2;
    /** On two of three TaskManagers, of whose slots each has two; and on one, for what is to be over in five minutes. */
    private static final int SUBTASKS = 3;

    private static final int FEW_SUBTASKS = 2;
    private static final int PARTITIONS = 8;
    private static final long PAUSE_MILLIS = 500;

    /** Runs it, and fails if an event was lost, was answered twice, or is not in its accuracy window. */
    void run(String... arguments) throws Exception {
        Figures figures = new Figures();
        Path folder = Files.createTempDirectory("chaos");
        try {
            Observed observed = observe(folder);
            ExactCounts counts = observed.counts();
            observed.outcomes().forEach(System.out::println);
            double[] seconds = sorted(observed.outcomes().stream());
            double[] alone = sorted(
                    observed.outcomes().stream().filter(each -> !each.recovery().overlaps()));
            figures.add("events", events, "published, of " + observed.images() + " images");
            figures.add("kills", kills, "kill -9, standing still, networks cut, disks full; seed " + seed);
            for (How how : How.values()) {
                double[] its = sorted(observed.outcomes().stream()
                        .filter(each -> each.disturbance().how() == how));
                if (its.length > 0) {
                    figures.add(
                            key(how),
                            its.length,
                            "recovery P50 %.1f s, longest %.1f s".formatted(percentile(its, 0.5), percentile(its, 1)));
                }
            }
            figures.add("releases", observed.releases(), "models released meanwhile, and taken by all subtasks");
            figures.add("savepoints", observed.savepoints(), "taken meanwhile");
            figures.add("lost", counts.lost(), "events that have neither tag nor rejection");
            figures.add("duplicated", counts.duplicated(), "tags beyond one for each event");
            figures.add("watchedTags", observed.watched(), "that a reader saw who was there all the while");
            figures.add("windows", counts.windows(), "accuracy windows");
            figures.add("windowsDiffering", counts.windowsDiffering(), "from a computation over all tags");
            figures.add("recoverySecondsP50", percentile(seconds, 0.5), "until all partitions had new tags again");
            figures.add("recoverySecondsP95", percentile(seconds, 0.95), "");
            figures.add("recoverySecondsMax", percentile(seconds, 1), "");
            figures.add(
                    "overlapping", seconds.length - alone.length, "kills before all was well again after those before");
            if (alone.length > 0) {
                figures.add("aloneRecoverySecondsP50", percentile(alone, 0.5), "of the others");
                figures.add("aloneRecoverySecondsP95", percentile(alone, 0.95), "");
            }
            figures.write(arguments);
            if (counts.lost() + counts.duplicated() + counts.windowsDiffering() > 0 || observed.watched() != events) {
                throw new IllegalStateException("not exactly once: see the figures");
            }
        } finally {
            if (Boolean.getBoolean("bench.keep")) {
                System.out.println("the cluster's logs are in " + folder);
            } else {
                AtomicDirectory.deleteRecursively(folder);
            }
        }
    }

    private record Observed(
            ExactCounts counts, int watched, List<Outcome> outcomes, int images, int releases, int savepoints) {}

    private static String key(How how) {
        return switch (how) {
            case KILL -> "killed";
            case STANDSTILL -> "stoodStill";
            case CUT -> "networksCut";
            case FULL_DISK -> "disksFull";
        };
    }

    private Observed observe(Path folder) throws Exception {
        BenchImages images = BenchImages.load();
        ClusterPlan counts =
                ClusterPlan.of(Map.of(Kind.ZOOKEEPER, 1, Kind.BROKER, 3, Kind.JOBMANAGER, 2, Kind.TASKMANAGER, 3));
        Optional<Machines> apart = machines ? Optional.of(Machines.of(counts)) : Optional.empty();
        LocalCluster cluster = cluster(folder, images, counts, apart);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(cluster, apart)));
        try {
            if (apart.isPresent()) {
                apart.get().mountDisks(cluster);
            }
            return observe(cluster, apart, images);
        } finally {
            stop(cluster, apart);
        }
    }

    private Observed observe(LocalCluster cluster, Optional<Machines> apart, BenchImages images) throws Exception {
        String kafka = cluster.plan().bootstrapServers();
        ChaosPublisher publisher = new ChaosPublisher(kafka, "product-images", images);
        cluster.start(PARTITIONS, System.out::println);
        try (TagWatch watch = new TagWatch(kafka, "product-tags", events)) {
            publisher.publish(0, FIRST_EVENTS, FIRST_EVENTS);
            if (!awaitTags(watch, FIRST_EVENTS)) {
                throw new IllegalStateException("no tags have come for %d s".formatted(PATIENCE.toSeconds()));
            }
            Operator.requireKeptOut(cluster);
            double perSecond =
                    (events - FIRST_EVENTS) / (double) span.plus(LAST_RECOVERY).toSeconds();
            CompletableFuture<Void> published = CompletableFuture.runAsync(
                    () -> publisher.publish(FIRST_EVENTS, events - FIRST_EVENTS, perSecond), Chaos::inBackground);
            Operator operator = new Operator(cluster, models(cluster), BETWEEN_OPERATIONS);
            CompletableFuture<Void> operating = CompletableFuture.runAsync(operator, Chaos::inBackground);
            List<Outcome> outcomes = new Disturber(cluster, apart)
                    .disturb(Disturbance.draw(seed, kills, span, cluster.plan(), machines), watch);
            published.get();
            operator.end();
            operating.get();
            // Those that do not come are counted then.
            if (awaitTags(watch, events)) {
                Operator.requireKeptOut(cluster);
                awaitWindows(kafka);
            }
            ExactCounts counts = ExactCounts.read(kafka, events, publisher::label, WINDOW);
            return new Observed(
                    counts,
                    watch.seen(),
                    outcomes,
                    images.encoded().size(),
                    operator.releases(),
                    operator.savepoints());
        }
    }

    /** So that a run that fails ends, whatever goes on meanwhile. */
    private static void inBackground(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private static List<Path> models(LocalCluster cluster) {
        return IntStream.rangeClosed(1, MODELS)
                .mapToObj(number -> cluster.settings().resolveSibling("model-" + number))
                .toList();
    }

    /** One TaskManager more than the job needs, of whose slots each has two: it goes on while another starts, as it would where it is relied on. */
    private static LocalCluster cluster(Path folder, BenchImages images, ClusterPlan counts, Optional<Machines> apart)
            throws IOException {
        ClusterPlan plan = apart.map(Machines::plan).orElse(counts);
        // The benchmark runs in its module's folder.
        LocalCluster cluster = LocalCluster.create(
                folder, Path.of("conf"), plan, member -> apart.map(machines -> machines.starter(member))
                        .orElse(List.of()));
        List<String> classes = new ArrayList<>(new TreeSet<>(images.labels()));
        Architecture compact = new Architecture(List.of(4800, 512, 256, classes.size()), Activation.RELU, false, 0);
        List<Path> models = models(cluster);
        for (int i = 0; i < models.size(); i++) {
            TinyModel.save(models.get(i), i + 1, compact, classes);
        }
        Files.writeString(
                cluster.settings(),
                """
                kafka: {bootstrapServers: '%s'}
                model: {bundle: '%s'}
                accuracy: {window: %d s, outOfOrderness: 2 s, idleAfter: 5 s}
                flink: {parallelism: %d, checkpointInterval: 1 s, checkpointDirectory: '%s'}
                """
                        .formatted(
                                plan.bootstrapServers(),
                                models.get(0),
                                WINDOW.toSeconds(),
                                apart.isPresent() ? SUBTASKS : FEW_SUBTASKS,
                                cluster.checkpoints()));
        return cluster;
    }

    /** Returns whether all have come; if not, none has for a while. */
    private static boolean awaitTags(TagWatch watch, int count) throws InterruptedException {
        while (watch.seen() < count) {
            if (watch.silence().compareTo(PATIENCE) > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    /** Until the last window has closed and been corrected; if that never comes the counts will say so. */
    private void awaitWindows(String kafka) throws Exception {
        long deadline = System.nanoTime() + WINDOW.multipliedBy(6).toNanos();
        while (ExactCounts.taggedInWindows(kafka) != events && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static void stop(LocalCluster cluster, Optional<Machines> apart) {
        try {
            cluster.kill();
            if (apart.isPresent()) {
                apart.get().close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double[] sorted(Stream<Outcome> outcomes) {
        return outcomes.mapToDouble(each -> each.recovery().seconds()).sorted().toArray();
    }

    private static double percentile(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
