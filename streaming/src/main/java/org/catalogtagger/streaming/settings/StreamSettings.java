package org.catalogtagger.streaming.settings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.ImageLimits;
import org.catalogtagger.streaming.fetch.AllowedUris;
import org.catalogtagger.streaming.fetch.FetchPolicy;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * All settings of the streaming job, read from a YAML file over the defaults of {@code stream.yaml} beside this class,
 * which says what each is for.
 */
public record StreamSettings(
        @NotNull @Valid Kafka kafka,
        @NotNull @Valid Model model,
        @NotNull @Valid Classify classify,
        @NotNull @Valid Images images,
        @NotNull @Valid Accuracy accuracy,
        @NotNull @Valid Flink flink) {

    /** Where events come from and tags go to. */
    public record Kafka(
            @NotBlank String bootstrapServers,
            @NotBlank String imagesTopic,
            @NotBlank String tagsTopic,
            @NotBlank String rejectedTopic,
            @NotBlank String accuracyTopic,
            @NotBlank String shadowTagsTopic,
            @NotBlank String releasesTopic,
            @NotBlank String releaseOutcomesTopic,
            @NotBlank String consumerGroup,
            @NotNull StartFrom startFrom,
            @NotNull Delivery delivery,
            @NotNull @DurationMin(seconds = 1) Duration transactionTimeout,
            @NotNull Map<String, String> properties) {
        /** All topics that the job writes to. */
        public List<String> outputTopics() {
            return List.of(tagsTopic, shadowTagsTopic, rejectedTopic, accuracyTopic, releaseOutcomesTopic);
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

    /** The model that tags. */
    public record Model(@NotBlank String bundle) {
        public Path directory() {
            return Path.of(bundle);
        }
    }

    /** How images are gathered into batches. */
    public record Classify(
            @NotNull @Positive @Max(8192) Integer maxBatch,
            @NotNull @DurationMin(millis = 1) Duration maxDelay,
            @NotNull @Positive Integer topLabels) {}

    /** What an image may cost at most. */
    public record Images(
            @NotNull @Positive Integer maxBytes, @NotNull @Positive Long maxPixels, @NotNull @Valid Fetch fetch) {
        public ImageLimits limits() {
            return new ImageLimits(maxBytes, maxPixels);
        }
    }

    /** Which images are fetched for events that carry a URI, and how. */
    public record Fetch(
            @NotNull List<@NotBlank String> allow,
            @NotNull Boolean allowInternal,
            @NotNull @DurationMin(millis = 1) Duration timeout,
            @NotNull @PositiveOrZero @Max(10) Integer retries,
            @NotNull @Positive @Max(1000) Integer parallel) {
        /** Whether the entries can be read. */
        @AssertTrue(message = "must list URIs such as https://images.example.com or file:///data/images")
        @JsonIgnore
        public boolean isAllowReadable() {
            try {
                return allow == null || new AllowedUris(allow) != null;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /** What may be fetched. */
    public FetchPolicy fetchPolicy() {
        Fetch fetch = images.fetch();
        return new FetchPolicy(
                fetch.allow(),
                fetch.allowInternal(),
                fetch.timeout(),
                fetch.retries(),
                fetch.parallel(),
                images.maxBytes());
    }

    /** The windows of the accuracy metrics, in event time. */
    public record Accuracy(
            @NotNull @DurationMin(millis = 1) Duration window,
            @NotNull @DurationMin(millis = 0) Duration outOfOrderness,
            @NotNull @DurationMin(millis = 1) Duration idleAfter) {}

    /** How the job runs. */
    public record Flink(
            @NotNull @Positive Integer parallelism,
            @NotNull @DurationMin(millis = 10) Duration checkpointInterval,
            @NotBlank String checkpointDirectory) {}

    /**
     * Reads a settings file.
     *
     * @throws org.catalogtagger.cli.SettingsException listing all faults
     */
    public static StreamSettings read(Path file) throws IOException {
        return of(SettingsFile.read(file));
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

    private static SettingsFile defaults() {
        return SettingsFile.parse("stream.yaml", defaultsYaml());
    }
}
