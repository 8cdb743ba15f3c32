package org.catalogtagger.streaming.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.catalogtagger.cli.CommandException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a Kafka cluster what its topics take. A topic that is not there yet takes what the broker's defaults say; where the
 * job may not ask, Kafka's own are assumed.
 */
final class TopicLimits {
    private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);

    /** A topic of less could not hold a tag whose product id, labels and segment are as long as they may be. */
    private static final int LEAST_BYTES = 16 << 10;

    /** The broker's name for a topic's setting, where it is another. */
    private static final Map<String, String> BROKER_NAMES = Map.of(
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "message.max.bytes",
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "log.message.timestamp.type",
            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, "log.message.timestamp.before.max.ms",
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, "log.message.timestamp.after.max.ms",
            TopicConfig.CLEANUP_POLICY_CONFIG, "log.cleanup.policy");

    /** What compression can add to a batch that it cannot make smaller: a 256th, and its own header. */
    private static final int COMPRESSION_SHARE = 256;

    private static final int COMPRESSION_BYTES = 512;

    private TopicLimits() {}

    /**
     * The limits of topics, by name.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if a topic takes too little for a tag
     */
    static Map<String, TopicLimit> ask(
            String bootstrapServers, Map<String, String> clientProperties, Collection<String> topics) {
        Map<String, TopicLimit> limits = new HashMap<>();
        try {
            configs(bootstrapServers, clientProperties, topics)
                    .forEach((topic, config) -> limits.put(topic, limit(config, clientProperties)));
        } catch (CommandException e) {
            LOG.error("Kafka's defaults are taken for the limits of {}: {}", topics, e.getMessage());
            topics.forEach(topic -> limits.put(topic, TopicLimit.DEFAULT));
        }
        limits.forEach((topic, limit) -> {
            if (limit.maxBytes() < LEAST_BYTES) {
                throw new CommandException("topic %s takes records of %,d bytes at most; set its %s to %,d at least"
                        .formatted(topic, limit.maxBytes(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG, 2 * LEAST_BYTES));
            }
        });
        return limits;
    }

    private static Map<String, Config> configs(
            String bootstrapServers, Map<String, String> clientProperties, Collection<String> topics) {
        Set<String> there = KafkaConnection.topics(bootstrapServers, clientProperties);
        Map<String, Config> configs = new HashMap<>();
        for (String topic : topics) {
            if (there.contains(topic)) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                configs.put(topic, orNone(topic, () -> config(bootstrapServers, clientProperties, resource)));
            }
        }
        if (!there.containsAll(topics)) {
            Config defaults = orNone("new topics", () -> brokersDefaults(bootstrapServers, clientProperties));
            topics.forEach(topic -> configs.putIfAbsent(topic, defaults));
        }
        return configs;
    }

    /**
     * What a broker is set to. To ask takes a right to the cluster, which few have.
     *
     * @throws CommandException if Kafka does not answer, or refuses
     */
    static Config brokersDefaults(String bootstrapServers, Map<String, String> clientProperties) {
        int broker = KafkaConnection.ask(bootstrapServers, clientProperties, admin -> admin.describeCluster()
                        .nodes())
                .iterator()
                .next()
                .id();
        return config(
                bootstrapServers,
                clientProperties,
                new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker)));
    }

    private static Config config(
            String bootstrapServers, Map<String, String> clientProperties, ConfigResource resource) {
        return KafkaConnection.ask(bootstrapServers, clientProperties, admin -> admin.describeConfigs(List.of(resource))
                .values()
                .get(resource));
    }

    /** Nothing, which stands for Kafka's defaults, if we may not ask. */
    private static Config orNone(String of, Supplier<Config> question) {
        try {
            return question.get();
        } catch (CommandException e) {
            LOG.error("Kafka's defaults are taken for the limits of {}: {}", of, e.getMessage());
            return new Config(List.of());
        }
    }

    private static TopicLimit limit(Config config, Map<String, String> clientProperties) {
        TopicLimit usual = TopicLimit.DEFAULT;
        int maxBytes = value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                .map(Integer::parseInt)
                .orElse(usual.maxBytes());
        if (isCompressed(config, clientProperties)) {
            maxBytes -= maxBytes / COMPRESSION_SHARE + COMPRESSION_BYTES;
        }
        boolean brokersTime = value(config, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                .filter("LogAppendTime"::equals)
                .isPresent();
        return new TopicLimit(
                maxBytes,
                brokersTime
                        ? Long.MAX_VALUE
                        : millis(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, usual.maxBehindMillis()),
                brokersTime
                        ? Long.MAX_VALUE
                        : millis(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, usual.maxAheadMillis()),
                value(config, TopicConfig.CLEANUP_POLICY_CONFIG)
                        .filter(policy -> policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT))
                        .isPresent());
    }

    private static long millis(Config config, String name, long usual) {
        return value(config, name).map(Long::parseLong).orElse(usual);
    }

    /** By us or by the broker: what counts is the size after that. */
    private static boolean isCompressed(Config config, Map<String, String> clientProperties) {
        String ours = clientProperties.getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        String brokers = value(config, TopicConfig.COMPRESSION_TYPE_CONFIG).orElse("producer");
        return switch (brokers) {
            case "uncompressed" -> false;
            case "producer" -> !ours.equals("none");
            default -> true;
        };
    }

    private static Optional<String> value(Config config, String topicsName) {
        ConfigEntry entry = config.get(topicsName);
        if (entry == null) {
            entry = config.get(BROKER_NAMES.getOrDefault(topicsName, topicsName));
        }
        return Optional.ofNullable(entry).map(ConfigEntry::value);
    }
}
