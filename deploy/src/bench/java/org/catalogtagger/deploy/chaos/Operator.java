package org.catalogtagger.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.catalogtagger.streaming.commands.TaggerProcess;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.job.ClusterJobs;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.kafka.ModelReleases.Outcome;

/** Who releases models and takes savepoints while the cluster is disturbed, and tries again what did not come about. */
final class Operator implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final LocalCluster cluster;
    private final List<Path> models;
    private final Duration pause;
    private volatile boolean ended;
    private final AtomicInteger releases = new AtomicInteger();
    private final AtomicInteger savepoints = new AtomicInteger();

    /**
     * Who does it until told to end.
     *
     * @param models released in turn
     * @param pause between a release and a savepoint
     */
    Operator(LocalCluster cluster, List<Path> models, Duration pause) {
        this.cluster = cluster;
        this.models = List.copyOf(models);
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (!ended) {
                pause();
                if (isReleased(models.get((releases.get() + 1) % models.size()))) {
                    releases.incrementAndGet();
                }
                pause();
                if (isSaved()) {
                    savepoints.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause() throws InterruptedException {
        for (long left = pause.toMillis(); left > 0 && !ended; left -= 100) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private boolean isReleased(Path model) throws InterruptedException {
        ModelRelease release = new ModelRelease(Role.LIVE, model.toString(), "", System.currentTimeMillis());
        try (ModelReleases channel = new ModelReleases(
                cluster.plan().bootstrapServers(), Map.of(), "model-releases", "model-release-outcomes")) {
            channel.send(release);
            List<Outcome> outcomes = channel.await(release, PATIENCE);
            if (!outcomes.stream().allMatch(Outcome::accepted)) {
                throw new IllegalStateException("a release was refused: " + outcomes);
            }
            return !outcomes.isEmpty() && outcomes.size() >= outcomes.get(0).subtasks();
        } catch (IOException | KafkaException e) {
            System.out.println("no release: " + e.getMessage());
            return false;
        }
    }

    private boolean isSaved() throws InterruptedException {
        for (Member jobManager : cluster.plan().of(Kind.JOBMANAGER)) {
            try (ClusterJobs jobs = ClusterJobs.at(jobManager.address())) {
                Path folder = cluster.checkpoints().resolveSibling("savepoints");
                jobs.savepoint(
                        jobs.living(Optional.empty()),
                        Optional.of(folder.toUri().toString()),
                        PATIENCE);
                return true;
            } catch (CommandException e) {
                System.out.println("no savepoint: " + e.getMessage());
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                System.out.println("no savepoint: " + e);
            }
        }
        return false;
    }

    void end() {
        ended = true;
    }

    /** Which all subtasks had taken within two minutes. */
    int releases() {
        return releases.get();
    }

    int savepoints() {
        return savepoints.get();
    }

    /**
     * Starts a second job with the same settings, and so the same consumer group.
     *
     * @throws IllegalStateException if it runs, or fails by something else than the first
     */
    static void requireKeptOut(LocalCluster cluster) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(cluster.settings().resolveSibling("second-job"));
        try (TaggerProcess second = TaggerProcess.start(
                folder,
                folder.resolve("log"),
                "stream",
                "--config",
                cluster.settings().toString())) {
            int code = second.exitCode();
            if (code == 0 || !second.output().contains("has its job already")) {
                throw new IllegalStateException("the second job was not kept out: " + second.output());
            }
        }
        System.out.println("a second job of the group was kept out");
    }
}
