package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.catalogtagger.cli.CommandException;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<String> notices = new ArrayList<>();

    @Test
    void asksAgainUntilKafkaAnswers() throws Exception {
        Deque<CommandException> failures = new ArrayDeque<>(List.of(away(), away()));
        String answer = Outage.outlast(
                () -> {
                    if (!failures.isEmpty()) {
                        throw failures.remove();
                    }
                    return "the topics";
                },
                LONG,
                notices::add);
        assertThat(answer).isEqualTo("the topics");
        assertThat(notices).containsExactly("no Kafka at localhost:1; waiting for it, 300 s at most");
    }

    @Test
    void takesWhatKafkaRefusesForAnAnswer() {
        CommandException refused = new CommandException("Kafka at localhost:1 has no topic product-images");
        assertThatThrownBy(() -> Outage.outlast(failing(refused), LONG, notices::add))
                .isSameAs(refused);
        assertThat(notices).isEmpty();
    }

    @Test
    void losesPatience() {
        CommandException away = away();
        assertThatThrownBy(() -> Outage.outlast(failing(away), Duration.ZERO, notices::add))
                .isSameAs(away);
    }

    @Test
    void knowsARealAddressWhereNobodyListens() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        int asked = Outage.outlast(
                new Callable<Integer>() {
                    private int times;

                    @Override
                    public Integer call() {
                        if (times++ == 0) {
                            KafkaConnection.requireAnswer("127.0.0.1:" + free, Map.of());
                        }
                        return times;
                    }
                },
                LONG,
                notices::add);
        assertThat(asked).isEqualTo(2);
        assertThat(notices).singleElement().asString().contains("no Kafka at 127.0.0.1:" + free);
    }

    private static Callable<String> failing(CommandException failure) {
        return () -> {
            throw failure;
        };
    }

    private static CommandException away() {
        return new CommandException("no Kafka at localhost:1", new TimeoutException("no answer"));
    }
}
