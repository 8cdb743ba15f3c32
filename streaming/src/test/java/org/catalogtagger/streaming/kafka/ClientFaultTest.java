package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.catalogtagger.cli.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientFaultTest {
    @Test
    void namesTheSettingAndNotItsValue() {
        Throwable fault = new KafkaException("Failed", new ConfigException("ssl.keystore.key", "hunter2", "no key"));
        assertThat(ClientFault.of(fault, Map.of())).isEqualTo("the client setting ssl.keystore.key has no valid value");
    }

    @Test
    void quotesNoValueNorWhatALoginIsGiven() {
        Map<String, String> properties = Map.of(
                "sasl.jaas.config", "Module required username=\"anna\" password=\"hunter2\";",
                "ssl.key.password", "swordfish");
        assertThat(ClientFault.of(new IllegalStateException("cannot use hunter2 or swordfish, anna"), properties))
                .doesNotContain("hunter2", "swordfish", "anna")
                .contains("cannot use (not shown) or (not shown)");
    }

    @Test
    void namesTheSettingOfAFileThatIsMissing() {
        Map<String, String> properties =
                Map.of("security.protocol", "SSL", "ssl.truststore.location", "/none/hunter2.jks");
        assertThatThrownBy(() -> KafkaConnection.requireAnswer("127.0.0.1:1", properties))
                .hasMessage(
                        "no Kafka at 127.0.0.1:1: the client setting ssl.truststore.location names a file that is not"
                                + " there");
    }

    @Test
    void saysWhichSettingALoginLacks() {
        Map<String, String> properties = Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "SCRAM-SHA-512");
        assertThatThrownBy(() -> KafkaConnection.requireAnswer("127.0.0.1:1", properties))
                .hasMessage("no Kafka at 127.0.0.1:1: the client setting sasl.jaas.config is missing, which says who"
                        + " logs in");
    }

    /** What the real client says of settings that it cannot use. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssl.keystore.key|hunter2",
                "sasl.jaas.config|hunter2",
                "sasl.jaas.config|org.example.Module required password=\"hunter2\";",
                "sasl.jaas.config|org.apache.kafka.common.security.plain.PlainLoginModule required password=\"hunter2\"",
                "sasl.jaas.config|org.apache.kafka.common.security.plain.PlainLoginModule hunter2 username=anna;",
                "security.protocol|hunter2",
                "sasl.mechanism|hunter2",
                "ssl.truststore.location|/none/hunter2",
                "retries|hunter2",
                "request.timeout.ms|hunter2",
                "bootstrap.controllers|hunter2"
            })
    void theClientsOwnFaultsBecomeOneLineWithoutTheValue(String key, String value) {
        Map<String, String> properties = key.equals("security.protocol")
                ? Map.of(key, value)
                : Map.of("sasl.mechanism", "PLAIN", "security.protocol", "SASL_SSL");
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.put(key, value);
        assertThatThrownBy(() -> KafkaConnection.requireAnswer("127.0.0.1:1", all))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("no Kafka at 127.0.0.1:1: ")
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("\n");
    }
}
