package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.FoundTopic;
import org.catalogtagger.streaming.kafka.TopicCatalogue;
import org.catalogtagger.streaming.kafka.TopicCatalogue.Entry;
import org.catalogtagger.streaming.settings.StreamSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger topics}. */
@Command(
        name = "topics",
        description = {
            "Lists the job's topics, what each is for, and what is wrong with them; with --create makes those that are"
                    + " missing, with the cleanup and limits that they need.",
            "Ends with 1 if one is missing or wrong."
        })
public final class TopicsCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The job's settings.")
    private Path config;

    @Option(names = "--create", description = "Make those that are missing; what is there is not changed.")
    private boolean create;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description =
                    "With --create: of the images, labels, tags and rejected records; as many as subtasks may ever"
                            + " read them (default: as many as the images have, or else flink.parallelism).")
    private Optional<Integer> partitions = Optional.empty();

    @Option(
            names = "--replication",
            paramLabel = "N",
            description = "With --create: how many brokers hold each partition (default: the broker's).")
    private Optional<Integer> replication = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write what was found, as JSON.")
    private Optional<Path> json = Optional.empty();

    @Mixin
    private ClientProperties client;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (Stream.of(partitions, replication).anyMatch(n -> n.isPresent() && n.get() < 1)
                || replication.orElse(1) > Short.MAX_VALUE) {
            throw new ParameterException(spec.commandLine(), "--partitions and --replication must be 1 or more");
        }
        TopicCatalogue catalogue = new TopicCatalogue(StreamSettings.read(config, client.all()));
        List<String> made = create ? catalogue.create(optional(partitions), optional(replication)) : List.of();
        List<Entry> entries = catalogue.entries();
        print(entries, made);
        if (json.isPresent()) {
            Json.write(json.get(), toJson(entries, made));
        }
        return entries.stream().allMatch(Entry::isRight) ? 0 : 1;
    }

    private static OptionalInt optional(Optional<Integer> number) {
        return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
    }

    private void print(List<Entry> entries, List<String> made) {
        PrintWriter out = spec.commandLine().getOut();
        int width =
                entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
        String line = "%-" + width + "s  %-11s  %-10s  %-8s  %-11s  %-9s  %s%n";
        out.printf(line, "topic", "", "partitions", "cleanup", "max. bytes", "kept", "for");
        for (Entry entry : entries) {
            String state = made.contains(entry.name()) ? "made" : entry.isRight() ? "ok" : state(entry);
            out.printf(
                    Locale.ROOT,
                    line,
                    entry.name(),
                    state,
                    entry.found().map(topic -> topic.partitions() + "").orElse(""),
                    entry.found().map(FoundTopic::cleanup).orElse(""),
                    entry.found()
                            .map(topic -> String.format(Locale.ROOT, "%,d", topic.maxMessageBytes()))
                            .orElse(""),
                    entry.found().map(TopicsCommand::kept).orElse(""),
                    entry.use());
            entry.faults().forEach(fault -> out.printf("  %s: %s%n", entry.name(), fault));
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        if (entries.stream().anyMatch(entry -> entry.found().isEmpty())) {
            err.println("tagger topics: some are missing; --create makes them");
        } else if (!entries.stream().allMatch(Entry::isRight)) {
            err.println(
                    "tagger topics: some are wrong; kafka-configs.sh --alter --entity-type topics --entity-name NAME"
                            + " --add-config KEY=VALUE changes them");
        }
        err.flush();
    }

    private static String state(Entry entry) {
        return entry.found().isEmpty() ? "missing" : "wrong";
    }

    private static String kept(FoundTopic topic) {
        if (!topic.cleanup().contains("delete") || topic.retentionMillis() < 0) {
            return "for ever";
        }
        Duration kept = Duration.ofMillis(topic.retentionMillis());
        return kept.toDays() > 0 ? kept.toDays() + " d" : kept.toSeconds() + " s";
    }

    private static ArrayNode toJson(List<Entry> entries, List<String> made) {
        ArrayNode topics = Json.MAPPER.createArrayNode();
        for (Entry entry : entries) {
            ObjectNode topic = topics.addObject();
            topic.put("topic", entry.name());
            topic.put("for", entry.use());
            topic.put("state", entry.isRight() ? "ok" : state(entry));
            topic.put("made", made.contains(entry.name()));
            entry.found().ifPresent(found -> {
                topic.put("partitions", found.partitions());
                topic.put("replication", found.replication());
                topic.put("cleanup", found.cleanup());
                topic.put("maxMessageBytes", found.maxMessageBytes());
                topic.put("retentionMillis", found.retentionMillis());
            });
            ArrayNode faults = topic.putArray("faults");
            entry.faults().forEach(faults::add);
        }
        return topics;
    }
}
