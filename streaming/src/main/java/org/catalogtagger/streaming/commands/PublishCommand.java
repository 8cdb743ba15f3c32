package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.catalogtagger.cli.DurationForm;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.publish.DelayedLabels;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.commands.ListedImages;
import org.catalogtagger.training.commands.ListedImages.Listed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger publish}. */
@Command(
        name = "publish",
        description = {
            "Sends the images of a folder as events: key the file's name, value its bytes.",
            "They come in random order, or by a column of a table."
        })
public final class PublishCommand implements Callable<Integer> {
    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg.")
    private Path images;

    @Mixin
    private EventOptions events;

    @Mixin
    private ListedImages listed;

    @Mixin
    private TableColumns columns;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Images a second at most; 0, the default, for as fast as it goes.")
    private double rate;

    @Option(
            names = "--labels",
            paramLabel = "inline|delayed|none",
            defaultValue = "inline",
            description = "inline (the default): each event carries its class in the header label; delayed: the classes"
                    + " follow in a topic of their own; none: they do not come.")
    private Labels labels;

    @Option(
            names = "--label-delay",
            paramLabel = "TIME",
            defaultValue = "10 s",
            converter = DurationForm.class,
            description =
                    "With --labels delayed: how long after its image a class follows (default: ${DEFAULT-VALUE}).")
    private Duration labelDelay;

    @Option(
            names = "--labels-topic",
            paramLabel = "NAME",
            defaultValue = "product-labels",
            description = "With --labels delayed: where the classes go (default: ${DEFAULT-VALUE}).")
    private String labelsTopic;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the order of the images (default: ${DEFAULT-VALUE}).")
    private long seed;

    enum Labels {
        INLINE,
        DELAYED,
        NONE
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintStream console = System.out;
        columns.requireTable(listed);
        Listed found = listed.list(images, console);
        ImageFolder folder = found.folder();
        List<Entry> shuffled = new ArrayList<>(folder.images());
        Collections.shuffle(shuffled, new Random(seed));
        List<Entry> order = columns.ordered(found, shuffled);
        Function<Entry, Optional<String>> segmentOf = columns.segmentOf(found, events.segment());
        KafkaOptions kafka = events.kafka();
        try (ImagePublisher publisher = events.open();
                DelayedLabels later =
                        new DelayedLabels(kafka.bootstrap(), kafka.properties(), labelsTopic, labelDelay)) {
            if (labels == Labels.DELAYED) {
                KafkaConnection.ensureTopic(kafka.bootstrap(), kafka.properties(), labelsTopic);
            }
            try (Progress progress = Progress.start("publishing", order.size(), console)) {
                publisher.publish(order, folder.classes(), labels == Labels.INLINE, segmentOf, rate, sent -> {
                    progress.to(sent, "");
                    if (labels == Labels.DELAYED) {
                        Entry image = order.get((int) sent - 1);
                        later.add(image.productId(), folder.classes().get(image.classIndex()));
                        later.sendDue();
                    }
                });
            }
            console.printf("published %,d images to %s at %s%n", order.size(), events.topic(), kafka.bootstrap());
            if (labels == Labels.DELAYED) {
                sendRest(later, order.size(), console);
            }
        }
        return 0;
    }

    private void sendRest(DelayedLabels later, int all, PrintStream console) throws IOException, InterruptedException {
        try (Progress progress = Progress.start("labels", all, console)) {
            while (later.waiting() > 0) {
                progress.to((long) all - later.waiting(), "");
                later.awaitNext();
                later.sendDue();
            }
        }
        later.flush();
        console.printf("published %,d labels to %s%n", all, labelsTopic);
    }
}
