package org.catalogtagger.streaming.cluster;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;
import org.catalogtagger.streaming.cluster.Member.Kind;

/** Writes the configuration of each process, and says by what command it is started. */
final class MemberCommands {
    private static final String BROKER_HEAP = "-Xmx512m";
    private static final String ZOOKEEPER_HEAP = "-Xmx128m";

    /**
     * They share a machine, and start again and again: no more compiling than they need, no threads for the heap. On two
     * cores a broker, a JobManager and a TaskManager had used 14, 18 and 9.6 s of a core when the job ran, and so 9, 11 and 5.7.
     */
    private static final List<String> MODEST = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Path directory;
    private final Path shared;
    private final ClusterPlan plan;

    /**
     * Those of a cluster.
     *
     * @param directory of the cluster
     * @param shared the folder with {@code flink.yaml} and {@code kafka.properties}
     */
    MemberCommands(Path directory, Path shared, ClusterPlan plan) {
        this.directory = directory;
        this.shared = shared;
        this.plan = plan;
    }

    /** Program and arguments; the process's configuration is written anew. */
    List<String> of(Member member) throws IOException {
        return switch (member.kind()) {
            case ZOOKEEPER -> zookeeper(member);
            case BROKER -> broker(member);
            case JOBMANAGER, TASKMANAGER -> flink(member);
        };
    }

    private List<String> zookeeper(Member member) throws IOException {
        Path file = configuration(member).resolve("zoo.cfg");
        Files.writeString(
                file,
                """
                dataDir=%s
                clientPort=%d
                clientPortAddress=%s
                tickTime=2000
                admin.enableServer=false
                """
                        .formatted(data(member), member.ports().get(0), member.host()));
        return java(
                member,
                List.of(ZOOKEEPER_HEAP),
                FlinkZooKeeperQuorumPeer.class.getName(),
                List.of("--zkConfigFile", file.toString(), "--peerId", Integer.toString(member.number())));
    }

    private List<String> broker(Member member) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(shared.resolve("kafka.properties"))) {
            properties.load(in);
        }
        int brokers = plan.of(Kind.BROKER).size();
        for (String key : properties.stringPropertyNames()) {
            if (key.endsWith("replication.factor")) {
                properties.setProperty(key, Integer.toString(Math.min(3, brokers)));
            } else if (key.endsWith("min.isr") || key.endsWith("min.insync.replicas")) {
                properties.setProperty(key, Integer.toString(Math.max(1, Math.min(2, brokers - 1))));
            }
        }
        String clients = "PLAINTEXT://" + member.address();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(member.number()));
        properties.setProperty("listeners", clients + ",CONTROLLER://" + controller(member));
        properties.setProperty("advertised.listeners", clients);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        properties.setProperty(
                "controller.quorum.voters",
                String.join(
                        ",",
                        plan.of(Kind.BROKER).stream()
                                .map(other -> other.number() + "@" + controller(other))
                                .toList()));
        properties.setProperty("log.dirs", data(member).toString());
        Path file = configuration(member).resolve("server.properties");
        KafkaStorage.format(file, properties, plan.clusterId());
        return java(member, List.of(BROKER_HEAP), kafka.Kafka.class.getName(), List.of(file.toString()));
    }

    private static String controller(Member broker) {
        return broker.host() + ":" + broker.ports().get(1);
    }

    private FlinkProcess process(Member member) throws IOException {
        return FlinkProcess.of(shared.resolve("flink.yaml"), member, plan, directory, temporary(member));
    }

    /** What a job that has ended left. */
    EndedJob endedJob() throws IOException {
        return new EndedJob(process(plan.member(Kind.JOBMANAGER, 1)).configuration());
    }

    private List<String> flink(Member member) throws IOException {
        FlinkProcess process = process(member);
        Path folder = configuration(member);
        process.write(folder.resolve("config.yaml"));
        return java(member, process.jvmOptions(), process.entryPoint(), process.arguments(folder, settings(directory)));
    }

    /** The job's settings. */
    static Path settings(Path directory) {
        return directory.resolve("stream.yaml");
    }

    /** This JVM's program and class path, with options that are not this JVM's. */
    private List<String> java(Member member, List<String> options, String mainClass, List<String> arguments)
            throws IOException {
        Path temporary = temporary(member);
        Files.createDirectories(temporary);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(MODEST);
        command.add("-Djava.io.tmpdir=" + temporary);
        if (member.kind() == Kind.JOBMANAGER) {
            // Flink's page shows it. RocksDB's own logs would lie beside those of TaskManagers.
            command.add("-Dlog.file=" + new MemberProcess(directory, member).log());
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    private Path configuration(Member member) throws IOException {
        return Files.createDirectories(directory.resolve("conf").resolve(member.name()));
    }

    private Path data(Member member) throws IOException {
        return Files.createDirectories(data(directory, member));
    }

    /** Where a member of the cluster in a folder keeps what it must have after a restart. */
    static Path data(Path directory, Member member) {
        return directory.resolve("data").resolve(member.name());
    }

    /** What a killed process left there is of no use to the next. */
    Path temporary(Member member) {
        return directory.resolve("tmp").resolve(member.name());
    }
}
