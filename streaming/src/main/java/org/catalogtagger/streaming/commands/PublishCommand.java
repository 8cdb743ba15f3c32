package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.ImageFolder;
import org.catalogtagger.model.ImageFolder.Entry;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.publish.ImagePublisher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger publish}. */
@Command(
        name = "publish",
        description = "Sends the images of a folder as events, in random order: key the file's name, value its bytes.")
public final class PublishCommand implements Callable<Integer> {
    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "product-images",
            description = "Where the events go (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Images a second at most; 0, the default, for as fast as it goes.")
    private double rate;

    @Option(
            names = "--labels",
            paramLabel = "inline|none",
            defaultValue = "inline",
            description = "inline (the default): each event carries its class in the header label; none: it does not.")
    private Labels labels;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the order of the images (default: ${DEFAULT-VALUE}).")
    private long seed;

    enum Labels {
        INLINE,
        NONE
    }

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        ImageFolder folder = ImageFolder.scan(images);
        List<Entry> order = new ArrayList<>(folder.images());
        Collections.shuffle(order, new Random(seed));
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrap(), kafka.properties(), topic);
                Progress progress = Progress.start("publishing", order.size(), console)) {
            publisher.publish(order, folder.classes(), labels == Labels.INLINE, rate, sent -> progress.to(sent, ""));
        }
        console.printf("published %,d images to %s at %s%n", order.size(), topic, kafka.bootstrap());
        return 0;
    }
}
