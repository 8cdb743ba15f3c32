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
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;

/** Asks a Kafka cluster for what a command needs, before it starts, so that a wrong address is one clear line. */
public final class KafkaConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Then another broker is asked: one that stands still takes connections, and answers nothing. */
    private static final Duration ONE_BROKER = Duration.ofSeconds(3);

    private static final String UNRESOLVABLE = "No resolvable bootstrap urls";

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
     * The id that a cluster has drawn for itself, and keeps, whatever its addresses are.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if it does not answer
     */
    public static String clusterId(String bootstrapServers, Map<String, String> clientProperties) {
        return ask(bootstrapServers, clientProperties, admin -> admin.describeCluster()
                .clusterId());
    }

    /**
     * Whether the cluster is away, or lets us in no more: what those who had been in may wait for. A certificate, a password or
     * a file that expired or was changed is replaced sooner or later, and read anew.
     *
     * @param clientProperties more Kafka client settings
     * @return what is said of it; empty if it answers
     */
    public static Optional<String> outage(String bootstrapServers, Map<String, String> clientProperties) {
        try {
            requireAnswer(bootstrapServers, clientProperties);
            return Optional.empty();
        } catch (CommandException e) {
            return Optional.of(ErrorLine.of(e));
        }
    }

    /** Whether a question failed because the cluster is away, so that it may be asked again. */
    public static boolean isAbsence(CommandException failed) {
        return failed.getCause() instanceof TimeoutException || isUnresolvable(failed);
    }

    /** Where brokers come and go with their names, none of them may have an address for a while. */
    private static boolean isUnresolvable(Throwable thrown) {
        return ErrorLine.ofRootCause(thrown).contains(UNRESOLVABLE);
    }

    /**
     * Makes sure that the cluster answers and has a topic.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if not
     */
    public static void requireTopic(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        if (!hasTopic(bootstrapServers, clientProperties, topic)) {
            throw new CommandException(
                    "Kafka at %s has no topic %s%s; `tagger topics --config FILE` lists what is there, and with --create makes what is not"
                            .formatted(bootstrapServers, topic, orHidden(clientProperties)));
        }
    }

    /**
     * Whether the cluster has a topic, and lets us see it.
     *
     * @param clientProperties more Kafka client settings
     * @throws CommandException if it does not answer
     */
    public static boolean hasTopic(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        return topics(bootstrapServers, clientProperties).contains(topic);
    }

    /** What else it may be where Kafka asks who we are: it does not show topics in which we have no rights. */
    static String orHidden(Map<String, String> clientProperties) {
        boolean isAsked =
                !clientProperties.getOrDefault("security.protocol", "PLAINTEXT").equals("PLAINTEXT");
        return isAsked ? ", or none that the user's ACLs let him see" : "";
    }

    /**
     * Makes a topic of the broker's default form, unless it is there.
     *
     * @throws CommandException if the cluster does not answer, or does not let us
     */
    public static void ensureTopic(String bootstrapServers, Map<String, String> clientProperties, String topic) {
        if (!topics(bootstrapServers, clientProperties).contains(topic)) {
            NewTopic missing = new NewTopic(topic, Optional.empty(), Optional.empty());
            ask(bootstrapServers, clientProperties, admin -> admin.createTopics(List.of(missing))
                    .all());
        }
    }

    static Set<String> topics(String bootstrapServers, Map<String, String> clientProperties) {
        return ask(
                bootstrapServers, clientProperties, admin -> admin.listTopics().names());
    }

    /**
     * Asks one question.
     *
     * @throws CommandException if the cluster does not answer (its cause is then a {@link TimeoutException}), or refuses
     */
    public static <T> T ask(
            String bootstrapServers, Map<String, String> clientProperties, Function<Admin, KafkaFuture<T>> question) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(TIMEOUT.toMillis()));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(ONE_BROKER.toMillis()));
        try (AdminSession.Client client = AdminSession.client(properties)) {
            T answer = question.apply(client.admin()).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            client.keep();
            return answer;
        } catch (KafkaException e) {
            throw new CommandException(
                    "no Kafka at %s: %s".formatted(bootstrapServers, unusable(e, clientProperties)), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException fault && !(fault instanceof RetriableException)) {
                String why = Refusal.of(fault).orElseGet(() -> ErrorLine.ofRootCause(fault));
                throw new CommandException("Kafka at %s: %s".formatted(bootstrapServers, why), fault);
            }
            throw unanswered(bootstrapServers, clientProperties, ErrorLine.of(e));
        } catch (TimeoutException e) {
            throw unanswered(bootstrapServers, clientProperties, "no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted while asking Kafka at " + bootstrapServers, e);
        }
    }

    /** Why a client cannot even be made. */
    private static String unusable(KafkaException e, Map<String, String> clientProperties) {
        String why = ClientFault.of(e, clientProperties);
        if (why.contains(UNRESOLVABLE)) {
            return "no such host; is the name right?";
        }
        return why.contains("Invalid url in bootstrap.servers") ? "the address must be HOST:PORT" : why;
    }

    private static CommandException unanswered(
            String bootstrapServers, Map<String, String> clientProperties, String symptom) {
        String protocol = clientProperties.getOrDefault("security.protocol", "PLAINTEXT");
        return new CommandException(
                "no Kafka at %s: %s".formatted(bootstrapServers, BrokerAddress.diagnose(bootstrapServers, protocol)),
                new TimeoutException(symptom));
    }
}
