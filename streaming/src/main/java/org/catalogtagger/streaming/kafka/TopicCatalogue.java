package org.catalogtagger.streaming.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.streaming.kafka.TopicPlan.Maker;
import org.catalogtagger.streaming.settings.StreamSettings;

/** The topics of the job: which are there, what is wrong with them, and how those that are missing are made. */
public final class TopicCatalogue {
    private static final Duration LISTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final StreamSettings.Kafka kafka;
    private final List<TopicPlan> plans;
    private final int parallelism;

    public TopicCatalogue(StreamSettings settings) {
        this.kafka = settings.kafka();
        this.plans = TopicPlan.all(settings);
        this.parallelism = settings.flink().parallelism();
    }

    /**
     * A topic of the settings.
     *
     * @param use what it is for
     * @param found as the cluster has it, if it has
     * @param faults what is wrong with it; empty if it is missing
     */
    public record Entry(String name, String use, Optional<FoundTopic> found, List<String> faults) {
        public Entry {
            faults = List.copyOf(faults);
        }

        /** Whether the job can rely on it. */
        public boolean isRight() {
            return found.isPresent() && faults.isEmpty();
        }
    }

    /**
     * All topics of the settings, the images first.
     *
     * @throws CommandException if Kafka does not answer, or refuses
     */
    public List<Entry> entries() {
        Map<String, FoundTopic> found = found();
        Optional<FoundTopic> images = Optional.ofNullable(found.get(kafka.imagesTopic()));
        return plans.stream()
                .map(plan -> {
                    Optional<FoundTopic> topic = Optional.ofNullable(found.get(plan.name()));
                    return new Entry(
                            plan.name(),
                            plan.use(),
                            topic,
                            topic.map(there -> plan.faults(there, images)).orElse(List.of()));
                })
                .toList();
    }

    /**
     * Makes those that are missing.
     *
     * @param partitions of the images and what has as many; empty for as many as the images have, or else the job's
     *     parallelism
     * @param replication empty for the broker's default
     * @return the names of those that were made
     * @throws CommandException if one could not be made
     */
    public List<String> create(OptionalInt partitions, OptionalInt replication) {
        return create(plan -> true, partitions, replication);
    }

    /**
     * Makes those that only the job writes to, and those that it reads beside the images.
     *
     * @throws CommandException if there are no images, or one could not be made
     */
    public void createForJob() {
        if (!existing().contains(kafka.imagesTopic())) {
            throw new CommandException(
                    "Kafka at %s has no topic %s%s; `tagger topics --config FILE --create --partitions N` makes it"
                            .formatted(
                                    kafka.bootstrapServers(),
                                    kafka.imagesTopic(),
                                    KafkaConnection.orHidden(kafka.properties())));
        }
        create(plan -> plan.maker() == Maker.JOB, OptionalInt.empty(), OptionalInt.empty());
    }

    private List<String> create(Predicate<TopicPlan> which, OptionalInt partitions, OptionalInt replication) {
        Set<String> existing = existing();
        List<TopicPlan> missing = plans.stream()
                .filter(which)
                .filter(plan -> !existing.contains(plan.name()))
                .toList();
        if (missing.isEmpty()) {
            return List.of();
        }
        int spread =
                partitions.orElseGet(() -> existing.contains(kafka.imagesTopic()) ? imagesPartitions() : parallelism);
        List<String> made = new ArrayList<>();
        for (TopicPlan plan : missing) {
            make(plan, plan.spread() ? spread : 1, replication);
            made.add(plan.name());
        }
        awaitListed(made);
        return made;
    }

    /** Kafka answers before its brokers have heard of them themselves, and a job that starts at once would miss them. */
    private void awaitListed(List<String> made) {
        long deadline = System.nanoTime() + LISTED_WITHIN.toNanos();
        while (!existing().containsAll(made) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void make(TopicPlan plan, int partitions, OptionalInt replication) {
        Map<String, String> configuration = new HashMap<>();
        if (plan.compacted()) {
            configuration.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        plan.largest().ifPresent(bytes -> configuration.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, bytes.toString()));
        NewTopic topic = new NewTopic(
                        plan.name(),
                        Optional.of(partitions),
                        replication.isPresent() ? Optional.of((short) replication.getAsInt()) : Optional.empty())
                .configs(configuration);
        try {
            KafkaConnection.ask(
                    kafka.bootstrapServers(), kafka.properties(), admin -> admin.createTopics(List.of(topic))
                            .all());
        } catch (CommandException e) {
            if (e.getCause() instanceof TopicExistsException) {
                requireVisible(plan.name());
                return;
            }
            boolean isForbidden = e.getCause() instanceof AuthorizationException;
            throw new CommandException(
                    "topic %s is missing%s and could not be made: %s"
                            .formatted(
                                    plan.name(),
                                    isForbidden ? ", or the user's ACLs do not let him see it," : "",
                                    ErrorLine.of(e)),
                    e);
        }
    }

    /** What is there, though it was not listed, another has made just now, or else the user has no right to see it. */
    private void requireVisible(String topic) {
        try {
            Map<String, TopicDescription> unused = describe(List.of(topic));
        } catch (CommandException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new CommandException(
                        "topic %s is there, but the user's ACLs do not let him see it; that takes the right Describe"
                                .formatted(topic),
                        e);
            }
        }
    }

    int imagesPartitions() {
        return describe(List.of(kafka.imagesTopic()))
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
    }

    private Set<String> existing() {
        return KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> admin.listTopics()
                .names());
    }

    private Map<String, TopicDescription> describe(Collection<String> names) {
        return KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> admin.describeTopics(names)
                .allTopicNames());
    }

    private Map<String, FoundTopic> found() {
        Set<String> existing = existing();
        List<String> names =
                plans.stream().map(TopicPlan::name).filter(existing::contains).toList();
        Map<ConfigResource, Config> configurations = configurations(names);
        return describe(names).values().stream()
                .map(topic -> found(
                        topic,
                        Objects.requireNonNull(
                                configurations.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name())))))
                .collect(Collectors.toMap(FoundTopic::name, topic -> topic));
    }

    private Map<ConfigResource, Config> configurations(List<String> names) {
        List<ConfigResource> topics = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Queue<String> refused = new ConcurrentLinkedQueue<>();
        try {
            return KafkaConnection.ask(kafka.bootstrapServers(), kafka.properties(), admin -> {
                DescribeConfigsResult asked = admin.describeConfigs(topics);
                asked.values().forEach((topic, answer) -> {
                    KafkaFuture<Config> unused = answer.whenComplete((config, fault) -> {
                        if (fault instanceof AuthorizationException) {
                            refused.add(topic.name());
                        }
                    });
                });
                return asked.all();
            });
        } catch (CommandException e) {
            if (refused.isEmpty()) {
                throw e;
            }
            throw new CommandException(
                    "the user's ACLs do not let him see how %s is set; that takes the right DescribeConfigs"
                            .formatted(String.join(", ", refused)),
                    e);
        }
    }

    private static FoundTopic found(TopicDescription topic, Config configuration) {
        return new FoundTopic(
                topic.name(),
                topic.partitions().size(),
                topic.partitions().get(0).replicas().size(),
                configuration.get(TopicConfig.CLEANUP_POLICY_CONFIG).value(),
                Integer.parseInt(
                        configuration.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()),
                Long.parseLong(
                        configuration.get(TopicConfig.RETENTION_MS_CONFIG).value()));
    }
}
