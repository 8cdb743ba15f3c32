package org.catalogtagger.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/** Asks a Kafka cluster for what a command needs, before it starts, so that a wrong address is one clear line. */
public final class KafkaConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private KafkaConnection() {}

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

    private static Set<String> topics(String bootstrapServers, Map<String, String> clientProperties) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        try (Admin admin = Admin.create(properties)) {
            return admin.listTopics().names().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KafkaException e) {
            throw new CommandException("no Kafka at %s: %s".formatted(bootstrapServers, ErrorLine.ofRootCause(e)), e);
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandException(
                    "no Kafka at %s: it did not answer within %d s".formatted(bootstrapServers, TIMEOUT.toSeconds()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while asking Kafka at " + bootstrapServers, e);
        }
    }
}
