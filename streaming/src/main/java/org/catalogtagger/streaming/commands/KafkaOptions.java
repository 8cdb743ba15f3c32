package org.catalogtagger.streaming.commands;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where Kafka is, for commands without a settings file. */
final class KafkaOptions {
    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", required = true, description = "Kafka's address.")
    private String bootstrap;

    @Option(
            names = "--kafka-property",
            paramLabel = "KEY=VALUE",
            description = "A setting for Kafka's clients, security.protocol=SASL_SSL say; may be given often.")
    private Map<String, String> properties = new LinkedHashMap<>();

    String bootstrap() {
        return bootstrap;
    }

    Map<String, String> properties() {
        return properties;
    }
}
