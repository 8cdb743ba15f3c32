package org.catalogtagger.streaming.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.streaming.cluster.KafkaStorage;
import org.catalogtagger.streaming.job.LoopbackPort;

/** A real Kafka broker in this JVM: KRaft, one node, on loopback ports of its own choice. */
public final class LocalKafka implements AutoCloseable {
    /** The largest image and its headers. */
    private static final int MAX_MESSAGE_BYTES = 20 << 20;

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private LocalKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker without topics.
     *
     * @param directory for its log; what is there is deleted first
     */
    public static LocalKafka start(Path directory) throws IOException {
        return start(directory, Uuid.randomUuid().toString());
    }

    /**
     * The same of a cluster with a given id, to which checkpoints belong.
     *
     * @param clusterId as Kafka's own tools draw it
     */
    public static LocalKafka start(Path directory, String clusterId) throws IOException {
        AtomicDirectory.deleteRecursively(directory);
        Files.createDirectories(directory);
        int brokerPort = LoopbackPort.free();
        Properties properties = properties(directory.resolve("log"), brokerPort, LoopbackPort.free());
        KafkaStorage.format(directory.resolve("server.properties"), properties, clusterId);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        server.startup();
        return new LocalKafka(server, "127.0.0.1:" + brokerPort);
    }

    /** The broker's address. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Makes topics of so many partitions each. */
    public void createTopics(Collection<String> names, int partitions) throws InterruptedException, ExecutionException {
        List<NewTopic> topics = names.stream()
                .map(name -> new NewTopic(name, partitions, (short) 1))
                .collect(Collectors.toList());
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(topics).all().get();
            // The broker answers before it has heard of them itself.
            while (!admin.listTopics().names().get().containsAll(names)) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(Path log, int brokerPort, int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(brokerPort, controllerPort));
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + brokerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        properties.put("log.dirs", log.toString());
        properties.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        // One broker has no replicas, and a group of one reader need not wait for others.
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        return properties;
    }
}
