package org.catalogtagger.streaming.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.bundle.Json;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * All settings of the streaming job, read from a YAML file over the defaults of {@code stream.yaml} beside this class,
 * which says what each is for.
 */
public record StreamSettings(
        @NotNull @Valid Kafka kafka,
        @NotNull @Valid TaggingSettings.Model model,
        @NotNull @Valid TaggingSettings.Classify classify,
        @NotNull @Valid TaggingSettings.Images images,
        @NotNull @Valid TaggingSettings.Accuracy accuracy,
        @NotNull @Valid TaggingSettings.Audit audit,
        @NotNull @Valid TaggingSettings.Drift drift,
        @NotNull @Valid Flink flink) {

    /** Where events come from and tags go to. */
    public record Kafka(
            @NotBlank String bootstrapServers,
            @NotBlank String imagesTopic,
            @NotBlank String labelsTopic,
            @NotBlank String tagsTopic,
            @NotBlank String rejectedTopic,
            @NotBlank String accuracyTopic,
            @NotBlank String driftAlertsTopic,
            @NotBlank String acceptancesTopic,
            @NotBlank String baselinesTopic,
            @NotBlank String shadowTagsTopic,
            @NotBlank String releasesTopic,
            @NotBlank String releaseOutcomesTopic,
            @NotNull @Pattern(regexp = GROUP, message = "must be of letters, digits, '.', '_' and '-', 100 at most")
                    String consumerGroup,
            @NotNull StartFrom startFrom,
            @NotNull Delivery delivery,
            @NotNull @DurationMin(seconds = 1) Duration transactionTimeout,
            @NotNull Map<String, String> properties)
            implements Serializable {
        /** It names a folder too, and is told apart from what follows it in transactional ids. */
        private static final String GROUP = "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}";

        /** How the names of all transactional ids of the job begin, and those of no other job. */
        public String transactionalIdPrefix() {
            return consumerGroup + ":";
        }

        /** A cluster with topics by their default names. */
        public static Kafka at(String bootstrapServers, Map<String, String> properties) {
            ObjectNode kafka = defaults().tree().withObject("kafka").deepCopy();
            kafka.put("bootstrapServers", bootstrapServers);
            ObjectNode client = kafka.putObject("properties");
            properties.forEach(client::put);
            return SettingsFile.of("kafka", kafka).as(Kafka.class);
        }

        /** All topics that the job writes to. */
        public List<String> outputTopics() {
            return List.of(
                    tagsTopic, shadowTagsTopic, rejectedTopic, accuracyTopic, driftAlertsTopic, releaseOutcomesTopic);
        }
    }

    /** Where a job that has no checkpoint and no committed offsets starts to read. */
    public enum StartFrom {
        @JsonProperty("earliest")
        EARLIEST,
        @JsonProperty("latest")
        LATEST
    }

    /** How often a reader sees each record that the job writes, after failures. */
    public enum Delivery {
        /** Once, for those who read committed records only; they see them with each checkpoint. */
        @JsonProperty("exactly-once")
        EXACTLY_ONCE,
        /** At once, and after a failure perhaps again. */
        @JsonProperty("at-least-once")
        AT_LEAST_ONCE
    }

    /** What of it is not about Kafka or Flink. */
    public TaggingSettings tagging() {
        return new TaggingSettings(model, classify, images, accuracy, audit, drift);
    }

    /** Where the job keeps what it remembers between checkpoints: products that wait for their label, mostly. */
    public enum StateBackend {
        /** On the heap: fast, and as large as the heap. */
        @JsonProperty("hashmap")
        HASHMAP,
        /** On local disk: as large as that. */
        @JsonProperty("rocksdb")
        ROCKSDB
    }

    /** How the job runs. */
    public record Flink(
            @NotNull @Positive Integer parallelism,
            @NotNull StateBackend stateBackend,
            @NotNull @DurationMin(millis = 10) Duration checkpointInterval,
            @NotBlank String checkpointDirectory,
            @NotNull @PositiveOrZero Integer restartsWithoutProgress,
            @NotNull @DurationMin(seconds = 1) Duration waitForSlots,
            @NotNull @Valid Prometheus prometheus,
            @NotNull Map<String, String> properties) {}

    /** Where Prometheus scrapes the metrics of a Flink in this JVM. */
    public record Prometheus(
            @NotBlank String host, @NotNull @PositiveOrZero @Max(65535) Integer port, @NotNull Boolean flinkMetrics) {}

    /**
     * Reads a settings file.
     *
     * @throws org.catalogtagger.cli.SettingsException listing all faults
     */
    public static StreamSettings read(Path file) throws IOException {
        return of(SettingsFile.read(file));
    }

    /**
     * The same with more settings for Kafka's clients, which stand over those of the file.
     *
     * @throws org.catalogtagger.cli.SettingsException listing all faults
     */
    public static StreamSettings read(Path file, Map<String, String> clientProperties) throws IOException {
        SettingsFile settings = SettingsFile.read(file).over(defaults());
        if (clientProperties.isEmpty() || !settings.tree().isObject()) {
            return settings.as(StreamSettings.class);
        }
        ObjectNode more = Json.MAPPER.createObjectNode();
        ObjectNode client = more.putObject("kafka").putObject("properties");
        clientProperties.forEach(client::put);
        return SettingsFile.of(file.toString(), more).over(settings).as(StreamSettings.class);
    }

    /** The settings of a text; {@code name} is what messages call it. */
    public static StreamSettings parse(String name, String yaml) {
        return of(SettingsFile.parse(name, yaml));
    }

    /** The defaults, with a comment on each. */
    public static String defaultsYaml() {
        try (InputStream in = StreamSettings.class.getResourceAsStream("stream.yaml")) {
            if (in == null) {
                throw new IllegalStateException("stream.yaml is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StreamSettings of(SettingsFile file) {
        return file.over(defaults()).as(StreamSettings.class);
    }

    static SettingsFile defaults() {
        return SettingsFile.parse("stream.yaml", defaultsYaml());
    }
}
