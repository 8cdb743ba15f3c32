package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.connector.source.Source;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.image.LeftOut;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.files.BatchFiles;
import org.catalogtagger.streaming.files.ImageListing;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.kafka.KafkaRange;
import org.catalogtagger.streaming.settings.TaggingSettings;
import org.catalogtagger.training.commands.ListedImages;
import org.catalogtagger.training.dataset.Manifest;
import org.catalogtagger.training.dataset.Manifest.OneImagePerRow;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a batch's images come from: a folder, a list, or a range of a topic. */
final class BatchInput {
    @Option(
            names = "--in",
            paramLabel = "DIR or FILE",
            description = "A folder of image files at any depth, where a folder named like one of the model's classes"
                    + " gives the label; or a text file with a URI or path on each line and perhaps, after a"
                    + " tab, the label.")
    private Optional<Path> listed = Optional.empty();

    @Mixin
    private ListedImages byTable;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka's address, for a range of a topic instead of --in.")
    private Optional<String> bootstrap = Optional.empty();

    @Mixin
    private ClientProperties client;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "product-images",
            description = "The topic of the events (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description = "Events of this time and later, 2026-01-31T00:00:00Z say, wherever they lie (default: all).")
    private Optional<Instant> from = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = InstantForm.class,
            description = "Events of before this time; no topic is read past its end as the command starts.")
    private Optional<Instant> until = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * What is to be tagged.
     *
     * @param images as events
     * @param count how many, if that is known
     * @param places that they may be fetched from
     */
    record Images(Source<InputRecord, ?, ?> images, Optional<Long> count, List<String> places) {}

    /** Lists the images, or makes sure that the topic is there. */
    Images open(BatchFiles files, List<String> classes) throws IOException {
        if (listed.isPresent() == bootstrap.isPresent()) {
            throw new ParameterException(command.commandLine(), "Either --in or --bootstrap");
        }
        if (byTable.byTable() && !(listed.isPresent() && Files.isDirectory(listed.get()))) {
            throw new ParameterException(command.commandLine(), "--manifest is of the images of a folder, --in DIR");
        }
        if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
            throw new ParameterException(command.commandLine(), "--from is a time before --until");
        }
        return listed.isPresent() ? list(listed.get(), files, classes) : range(bootstrap.get());
    }

    private Images list(Path input, BatchFiles files, List<String> classes) throws IOException {
        if (!Files.exists(input)) {
            throw new NoSuchFileException(input.toString());
        }
        try (ImageListing listing = files.newListing(System.currentTimeMillis())) {
            if (Files.isDirectory(input)) {
                LeftOut leftOut = addFolder(input, listing, classes);
                if (!leftOut.isEmpty()) {
                    System.out.println(input + ": " + leftOut);
                }
            } else {
                listing.addList(input);
            }
            if (listing.images() == 0) {
                throw new CommandException(input + ": no images in it");
            }
            return new Images(files.listedImages(), Optional.of(listing.images()), listing.places());
        }
    }

    private LeftOut addFolder(Path folder, ImageListing listing, List<String> classes) throws IOException {
        Optional<Manifest> table = byTable.table(folder, System.out);
        if (table.isEmpty()) {
            return listing.addFolder(folder, classes);
        }
        Manifest rows = table.get();
        OneImagePerRow found = rows.oneImagePerRow();
        LeftOut leftOut = listing.addFolder(
                folder, found::add, image -> rows.label(image).or(() -> ImageListing.classOf(image, classes)));
        byTable.sayWithoutImage(rows.rows() - found.size(), System.out);
        return leftOut;
    }

    private Images range(String kafka) {
        Map<String, String> properties = client.all();
        KafkaConnection.requireTopic(kafka, properties, topic);
        KafkaRange range = new KafkaRange(
                kafka,
                properties,
                topic,
                from,
                until,
                TaggingSettings.Accuracy.defaults().eventTimes());
        return new Images(range.images(), Optional.empty(), List.of());
    }
}
