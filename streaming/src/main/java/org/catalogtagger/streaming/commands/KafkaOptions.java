package org.catalogtagger.streaming.commands;

import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Where Kafka is, for commands without a settings file, and for those under them. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            required = true,
            scope = ScopeType.INHERIT,
            description = "Kafka's address.")
    private String bootstrap;

    @Mixin
    private ClientProperties client;

    String bootstrap() {
        return bootstrap;
    }

    Map<String, String> properties() {
        return client.all();
    }
}
