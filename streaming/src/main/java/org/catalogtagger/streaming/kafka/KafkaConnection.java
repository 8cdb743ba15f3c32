package org.catalogtagger.streaming.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/** Asks a Kafka cluster for what a command needs, before it starts, so that a wrong address is one clear line. */
public final class KafkaConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private KafkaConnection() {}

    /**
     * Makes sure that the cluster answers.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if not
     */
    public static void requireAnswer(String bootstrapServers, Map<String, String> clientProperties) {
        topics(bootstrapServers, clientProperties);
    }

    /**
     * Makes sure that the cluster answers and has a topic.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if not
     */
    public static void requireTopic(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        if (!topics(bootstrapServers, clientProperties).contains(topic)) {
            throw new CommandException(
                    "Kafka at %s has no topic %s; create it first".formatted(bootstrapServers, topic));
        }
    }

    /**
     * Makes a compacted topic of one partition, unless it is there.
     *
     * @throws CommandException if the cluster does not answer, or does not let us
     */
    public static void ensureCompactedTopic(
            String bootstrapServers, Map<String, String> clientProperties, String topic) {
        NewTopic compacted = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        ensure(bootstrapServers, clientProperties, compacted);
    }

    /**
     * Makes a topic of the broker's default form, unless it is there.
     *
     * @throws CommandException if the cluster does not answer, or does not let us
     */
    public static void ensureTopic(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        ensure(bootstrapServers, clientProperties, new NewTopic(topic, Optional.empty(), Optional.empty()));
    }

    private static void ensure(String bootstrapServers, Map<String, String> clientProperties, NewTopic topic) {
        if (topics(bootstrapServers, clientProperties).contains(topic.name())) {
            return;
        }
        try {
            ask(bootstrapServers, clientProperties, admin -> admin.createTopics(List.of(topic))
                    .all());
        } catch (CommandException e) {
            throw new CommandException(
                    "Kafka at %s has no topic %s, and it could not be made: %s"
                            .formatted(bootstrapServers, topic.name(), ErrorLine.ofRootCause(e)),
                    e);
        }
    }

    static Set<String> topics(String bootstrapServers, Map<String, String> clientProperties) {
        return ask(
                bootstrapServers, clientProperties, admin -> admin.listTopics().names());
    }

    static <T> T ask(
            String bootstrapServers, Map<String, String> clientProperties, Function<Admin, KafkaFuture<T>> question) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        try (Admin admin = Admin.create(properties)) {
            return question.apply(admin).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KafkaException e) {
            throw new CommandException("no Kafka at %s: %s".formatted(bootstrapServers, ErrorLine.ofRootCause(e)), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException fault && !(fault instanceof RetriableException)) {
                throw new CommandException("Kafka at %s: %s".formatted(bootstrapServers, fault.getMessage()), e);
            }
            throw unanswered(bootstrapServers, e);
        } catch (TimeoutException e) {
            throw unanswered(bootstrapServers, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while asking Kafka at " + bootstrapServers, e);
        }
    }

    private static CommandException unanswered(String bootstrapServers, Exception e) {
        return new CommandException(
                "no Kafka at %s: it did not answer within %d s".formatted(bootstrapServers, TIMEOUT.toSeconds()), e);
    }
}
