package org.catalogtagger.streaming.commands;

import java.util.Optional;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.publish.ImagePublisher;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where events are sent. */
final class EventOptions {
    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "product-images",
            description = "Where the events go (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--segment",
            paramLabel = "NAME",
            description = "What the images belong to, a merchant say: each event carries it in the header segment.")
    private Optional<String> segment = Optional.empty();

    Optional<String> segment() {
        return segment;
    }

    KafkaOptions kafka() {
        return kafka;
    }

    String topic() {
        return topic;
    }

    /**
     * A publisher to the topic.
     *
     * @throws org.catalogtagger.cli.CommandException if there is no such topic, or no Kafka
     */
    ImagePublisher open() {
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        return new ImagePublisher(kafka.bootstrap(), kafka.properties(), topic, segment);
    }
}
