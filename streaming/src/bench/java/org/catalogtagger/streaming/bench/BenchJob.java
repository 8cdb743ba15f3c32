package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.kafka.KafkaTopics;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.StreamSettings;

/** A broker, and jobs over it, in this JVM. */
final class BenchJob implements AutoCloseable {
    static final int PARTITIONS = 2;

    private static final int POLL_MILLIS = 250;

    private final LocalKafka kafka;
    private final Path folder;
    private final Admin admin;
    private final List<LocalFlink> clusters = new ArrayList<>();
    private int jobs;

    private BenchJob(LocalKafka kafka, Path folder) {
        this.kafka = kafka;
        this.folder = folder;
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
    }

    static BenchJob start(Path folder) throws IOException {
        return new BenchJob(LocalKafka.start(folder.resolve("kafka")), folder);
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    void createTopic(String name) throws Exception {
        kafka.createTopics(List.of(name), PARTITIONS);
    }

    /**
     * Settings of a job with topics of its own, but for the images; those of {@code -Dbench.settings={"flink":{...}}}
     * are over all.
     *
     * @param more settings over those of all jobs here
     */
    StreamSettings settings(String imagesTopic, Path bundle, String more) {
        String id = "job" + jobs++;
        SettingsFile all = SettingsFile.parse(
                "bench",
                """
                kafka: {bootstrapServers: '%s', imagesTopic: %s, consumerGroup: %s, tagsTopic: %s-tags}
                model: {bundle: '%s'}
                flink: {parallelism: 2, checkpointInterval: 1 s, checkpointDirectory: '%s'}
                """
                        .formatted(kafka.bootstrapServers(), imagesTopic, id, id, bundle, folder.resolve(id)));
        SettingsFile given = SettingsFile.parse("bench.settings", System.getProperty("bench.settings", "{}"));
        return StreamSettings.parse(
                "bench",
                given.over(SettingsFile.parse("bench", more).over(all)).tree().toString());
    }

    /** Builds a job's graph. */
    interface Assembly {
        void add(StreamExecutionEnvironment env, StreamSettings settings);
    }

    /** The product's own job. */
    static void product(StreamExecutionEnvironment env, StreamSettings settings) {
        new KafkaTopics(settings).job().assemble(env, settings.tagging());
    }

    JobClient run(StreamSettings settings, Assembly assembly) throws Exception {
        kafka.createTopics(List.of(settings.kafka().tagsTopic()), PARTITIONS);
        new KafkaTopics(settings).ensureTopics();
        Configuration flink = FlinkEnvironment.configuration(settings, new KafkaTopics(settings).checkpoints());
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        LocalFlink cluster = FlinkEnvironment.local(flink);
        clusters.add(cluster);
        StreamExecutionEnvironment env = cluster.environment();
        assembly.add(env, settings);
        return env.executeAsync("bench");
    }

    /**
     * Runs a job over a backlog until it has committed all its tags.
     *
     * @param warmUp the share of the backlog after which time is taken
     */
    Rate overBacklog(StreamSettings settings, Assembly assembly, int backlog, double warmUp) throws Exception {
        JobClient job = run(settings, assembly);
        List<long[]> commits = new ArrayList<>();
        List<Map<String, Double>> micros = new ArrayList<>();
        CpuBreakdown breakdown = null;
        try {
            for (long seen = 0; seen < backlog; TimeUnit.MILLISECONDS.sleep(POLL_MILLIS)) {
                long committed = committed(settings.kafka().tagsTopic());
                if (committed > seen) {
                    seen = committed;
                    commits.add(new long[] {System.nanoTime(), committed});
                    if (breakdown != null) {
                        micros.add(breakdown.soFar(seen - begin(commits, warmUp * backlog)[1]));
                    } else if (seen >= warmUp * backlog) {
                        breakdown = new CpuBreakdown();
                    }
                }
                if (job.getJobStatus().get().isGloballyTerminalState()) {
                    job.getJobExecutionResult().get();
                }
            }
            return new Rate(
                    steady(commits, warmUp * backlog),
                    figuresOf(job, backlog),
                    micros.isEmpty() ? Map.of() : micros.get(Math.max(0, micros.size() - 2)));
        } finally {
            if (breakdown != null) {
                breakdown.close();
            }
            if (!job.getJobStatus().get().isGloballyTerminalState()) {
                job.cancel().get();
            }
        }
    }

    /**
     * Tags a second that others than a job commit to a topic.
     *
     * @param warmUp the share of the backlog after which time is taken
     * @param requireAlive fails if they have ended
     */
    double committedPerSecond(String topic, int backlog, double warmUp, Runnable requireAlive) throws Exception {
        List<long[]> commits = new ArrayList<>();
        long seen = 0;
        while (seen < backlog) {
            requireAlive.run();
            long committed = committed(topic);
            if (committed > seen) {
                seen = committed;
                commits.add(new long[] {System.nanoTime(), committed});
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return steady(commits, warmUp * backlog);
    }

    /** Tags a second between two commits; the last one may have found too little to fill its interval. */
    private static double steady(List<long[]> commits, double warm) {
        long[] begin = begin(commits, warm);
        long[] end = commits.get(Math.max(0, commits.size() - 2));
        return end[1] <= begin[1] ? Double.NaN : (end[1] - begin[1]) / ((end[0] - begin[0]) / 1e9);
    }

    private static long[] begin(List<long[]> commits, double warm) {
        return commits.stream().filter(c -> c[1] >= warm).findFirst().orElseThrow();
    }

    /** They come with the heartbeats, a little later than the tags. */
    private static JobFigures figuresOf(JobClient job, int tagged) throws Exception {
        JobFigures figures = JobFigures.of(job.getAccumulators().get());
        for (int polls = 0; figures.tagged() < tagged && polls < 100; polls++) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            figures = JobFigures.of(job.getAccumulators().get());
        }
        return figures;
    }

    /**
     * How fast a job was, and where its time went.
     *
     * @param steadyImagesPerSecond tags committed in a second once it was warm; not a number if that was too short
     * @param figures of the whole run
     * @param cpuMicros processor time of each image by part, once it was warm
     */
    record Rate(double steadyImagesPerSecond, JobFigures figures, Map<String, Double> cpuMicros) {}

    /** Committed records of a topic. */
    long committed(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            partitions.put(new TopicPartition(topic, p), OffsetSpec.latest());
        }
        return admin
                .listOffsets(partitions, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .values()
                .stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    @Override
    public void close() throws Exception {
        for (LocalFlink cluster : clusters) {
            cluster.close();
        }
        admin.close();
        kafka.close();
    }
}
