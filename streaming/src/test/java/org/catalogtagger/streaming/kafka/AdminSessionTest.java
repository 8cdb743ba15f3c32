package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.catalogtagger.cli.CommandException;
import org.junit.jupiter.api.Test;

/** Clients are made without a broker that answers; nothing is asked. */
class AdminSessionTest {
    @Test
    void questionsOfASessionShareTheClientThatWasAnswered() {
        assertThat(clients(() -> question(1, true), () -> question(1, true))).hasSize(1);
    }

    @Test
    void aClientWithoutAnAnswerIsNotAskedAgain() {
        assertThat(clients(() -> question(1, false), () -> question(1, true))).hasSize(2);
    }

    @Test
    void anotherClusterHasItsOwnClient() {
        assertThat(clients(() -> question(1, true), () -> question(2, true))).hasSize(2);
    }

    @Test
    void sessionsWithinOneAreOfIt() {
        assertThat(clients(() -> question(1, true), () -> AdminSession.share(() -> question(1, true))))
                .hasSize(1);
    }

    @Test
    void withoutASessionEachQuestionHasItsClient() {
        assertThat(question(1, true)).isNotSameAs(question(1, true));
    }

    @Test
    void aSessionEndsWithItsTaskHoweverThatEnds() {
        Admin[] first = new Admin[1];
        assertThatThrownBy(() -> AdminSession.share(() -> {
                    first[0] = question(1, true);
                    throw new CommandException("no Kafka");
                }))
                .hasMessage("no Kafka");
        assertThat(question(1, true)).isNotSameAs(first[0]);
        assertThatThrownBy(() -> first[0].listTopics().names().get())
                .as("it is closed")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Those that the questions of one session had. */
    private static Set<Admin> clients(Supplier<Admin> first, Supplier<Admin> second) {
        return AdminSession.share(
                () -> Stream.of(first, second).map(Supplier::get).collect(Collectors.toSet()));
    }

    private static Admin question(int port, boolean isAnswered) {
        Properties properties = new Properties();
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + port);
        try (AdminSession.Client client = AdminSession.client(properties)) {
            if (isAnswered) {
                client.keep();
            }
            return client.admin();
        }
    }
}
