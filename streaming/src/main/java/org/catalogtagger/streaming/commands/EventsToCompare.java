package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.cli.TemporaryFolder;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.kafka.NewestImages;
import org.catalogtagger.streaming.kafka.NewestImages.ProductImage;
import org.catalogtagger.training.compare.ComparedImages;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest events of a topic, on whose images models are compared, by options. */
final class EventsToCompare {
    /** The options that are of a topic only. */
    static final List<String> OPTIONS =
            List.of("--topic", "--labels-topic", "--last", "--command-config", "--kafka-property");

    private static final String UNKNOWN = "";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka's address: compare on the images of products that came, instead of --images.")
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
            names = "--labels-topic",
            paramLabel = "NAME",
            defaultValue = "product-labels",
            description = "The topic of labels that came later, if there is one (default: ${DEFAULT-VALUE}).")
    private String labelsTopic;

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "So many of the newest events, or a few more; of each partition as many as its share (default:"
                            + " ${DEFAULT-VALUE}).")
    private int last;

    boolean areGiven() {
        return bootstrap.isPresent();
    }

    /**
     * Fetches the images into a folder of their own.
     *
     * @throws CommandException if Kafka does not answer, or there is no such topic, or no image in it
     */
    Fetched fetch(PrintStream console) throws IOException {
        if (last < 1) {
            throw new CommandException("--last is a number of events, 1 at least, not " + last);
        }
        String kafka = bootstrap.orElseThrow();
        Map<String, String> properties = client.all();
        KafkaConnection.requireTopic(kafka, properties, topic);
        Path folder = Files.createTempDirectory(TemporaryFolder.ofThisProcess(), "events");
        try {
            NewestImages newest = new NewestImages(kafka, properties, topic, labelsTopic);
            try (Progress progress = Progress.start("fetching", -1, console)) {
                newest.fetch(last, folder, done -> progress.to(done, ""));
            }
            console.printf(
                    "%,d event(s) of %s: the images of %,d product(s), %,d with a label%s%n",
                    newest.events(),
                    topic,
                    newest.images().size(),
                    newest.images().values().stream()
                            .filter(image -> image.truth().isPresent())
                            .count(),
                    newest.leftOut());
            return new Fetched(folder, newest.images());
        } catch (IOException | RuntimeException e) {
            AtomicDirectory.deleteRecursively(folder);
            throw e;
        }
    }

    /**
     * Images that were fetched, in files.
     *
     * @param folder deleted with this
     * @param products by the files' names
     */
    record Fetched(Path folder, Map<String, ProductImage> products) implements ComparedImages, AutoCloseable {
        Fetched {
            products = new HashMap<>(products);
        }

        @Override
        public LabelledImages load(Framing framing, PrintStream console) throws IOException {
            LabelledImages data;
            try {
                ImageFolder images = ImageFolder.scan(
                        folder.resolve(NewestImages.IMAGES),
                        path -> true,
                        path -> Optional.of(productOf(path).truth().orElse(UNKNOWN)));
                data = LabelledImages.load(
                        images, framing, ImageLimits.DEFAULT, 1, folder.resolve("cache"), done -> {});
            } catch (ImageFolderException e) {
                throw new CommandException("none of the events holds an image that can be read", e);
            }
            int others = products.size() - data.images().size();
            if (others > 0) {
                console.printf("%,d of them are no images that can be read, and left out%n", others);
            }
            return data;
        }

        @Override
        public Set<Entry> chosen(LabelledImages data, List<ModelBundle> models, PrintStream console) {
            return data.images().stream().map(Image::entry).collect(Collectors.toSet());
        }

        @Override
        public Optional<String> truth(Image image, LabelledImages data) {
            return productOf(image.entry().file()).truth();
        }

        @Override
        public String product(Image image) {
            return productOf(image.entry().file()).productId();
        }

        @Override
        public String place(Image image) {
            return productOf(image.entry().file()).place();
        }

        private ProductImage productOf(Path file) {
            return products.getOrDefault(String.valueOf(file.getFileName()), ProductImage.NONE);
        }

        @Override
        public void close() throws IOException {
            AtomicDirectory.deleteRecursively(folder);
        }
    }
}
