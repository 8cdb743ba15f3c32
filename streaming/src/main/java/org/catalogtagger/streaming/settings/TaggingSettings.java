package org.catalogtagger.streaming.settings;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import java.util.List;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.cli.ShareForm;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.accuracy.AccuracyWindows;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Kind;
import org.catalogtagger.streaming.accuracy.CorrectionPace;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.fetch.AllowedUris;
import org.catalogtagger.streaming.fetch.FetchPolicy;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings of the job wherever its images come from and its tags go to. {@code stream.yaml} explains them. */
public record TaggingSettings(
        @NotNull @Valid Model model,
        @NotNull @Valid Classify classify,
        @NotNull @Valid Images images,
        @NotNull @Valid Accuracy accuracy,
        @NotNull @Valid Audit audit,
        @NotNull @Valid Drift drift) {
    private static final int MAX_PANES = 1000;

    /** The model that tags. */
    public record Model(@NotBlank String bundle, boolean programs) {
        /** Whether it, or a released one, may be a program. */
        public Programs allowed() {
            return programs ? Programs.ALLOWED : Programs.REFUSED;
        }
    }

    /** How images are gathered into batches. */
    public record Classify(
            @NotNull @PositiveOrZero Integer parallelism,
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
            @NotNull @Positive @Max(1000) Integer parallel,
            @NotNull @Positive @Max(1_000_000) Integer queue,
            @NotNull Boolean waitWhenFull) {
        /** Whether the entries can be read. */
        @AssertTrue(message = "allow must list URIs such as https://images.example.com or file:///data/images")
        @JsonIgnore
        public boolean isAllowReadable() {
            try {
                return allow == null || new AllowedUris(allow) != null;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /** How accuracy is counted. */
    public record Accuracy(
            @NotNull WindowKind kind,
            @NotNull @DurationMin(millis = 1) Duration window,
            @NotNull @DurationMin(millis = 0) Duration step,
            @NotNull @DurationMin(millis = 0) Duration outOfOrderness,
            @NotNull @DurationMin(millis = 1) Duration idleAfter,
            @NotNull @DurationMin(millis = 0) Duration waitForLabels,
            @NotNull @DurationMin(millis = 0) Duration lateness,
            @NotNull @Valid Corrections corrections,
            @NotNull @DurationMin(millis = 0) Duration maxAhead) {
        /** What holds unless it is said otherwise. */
        public static Accuracy defaults() {
            return SettingsFile.of("accuracy", StreamSettings.defaults().tree().path("accuracy"))
                    .as(Accuracy.class);
        }

        /** Which event times are believed. */
        public EventTimes eventTimes() {
            return new EventTimes(maxAhead.toMillis());
        }

        /** Whether windows can be made of steps. */
        @AssertTrue(message = "step must divide window, and be a thousandth of it at least")
        @JsonIgnore
        public boolean isStepFitting() {
            return kind == null
                    || kind == WindowKind.TUMBLING
                    || window == null
                    || step == null
                    || (!step.isZero()
                            && window.toMillis() % step.toMillis() == 0
                            && window.toMillis() / step.toMillis() <= MAX_PANES);
        }

        /** The windows. */
        public AccuracyWindows windows() {
            return switch (kind) {
                case TUMBLING -> new AccuracyWindows(Kind.SLIDING, window.toMillis(), window.toMillis());
                case SLIDING -> new AccuracyWindows(Kind.SLIDING, window.toMillis(), step.toMillis());
                case CUMULATIVE -> new AccuracyWindows(Kind.CUMULATIVE, window.toMillis(), step.toMillis());
            };
        }
    }

    /** How often closed windows are emitted again. */
    public record Corrections(
            @NotNull @DurationMin(millis = 0) Duration after,
            @NotNull
                    @DecimalMin(value = "0", message = "must be 0 to 1")
                    @DecimalMax(value = "1", message = "must be 0 to 1")
                    Double shareOfAge,
            @NotNull @Positive Long maxBytesPerSecond) {
        /** For the windows. */
        public CorrectionPace pace() {
            return new CorrectionPace(after.toMillis(), shareOfAge, maxBytesPerSecond);
        }
    }

    /** Which tags are marked, so that people label those. */
    public record Audit(
            @NotNull
                    @DecimalMin(value = "0", message = "must be 0 % to 100 %")
                    @DecimalMax(value = "1", message = "must be 0 % to 100 %")
                    @JsonDeserialize(using = ShareForm.class)
                    Double share,
            @NotNull @PositiveOrZero Long perDay,
            @NotNull Long seed) {
        /** Whether one says how many. */
        @AssertTrue(message = "share says how many, or perDay does: the other must be 0")
        @JsonIgnore
        public boolean isOneMeasure() {
            return share == null || perDay == null || share == 0 || perDay == 0;
        }

        /** For the job. */
        public org.catalogtagger.streaming.events.Audit draw() {
            return new org.catalogtagger.streaming.events.Audit(share, perDay, seed);
        }
    }

    /** How drift is watched for. */
    public record Drift(
            @NotNull @Min(1000) Long falseAlarmEvery,
            @NotNull @Min(100) Integer referenceTags,
            @NotNull @Min(100) Integer windowTags) {
        /**
         * For the monitors.
         *
         * @param waitForLabels of the accuracy
         */
        public DriftSettings monitors(Duration waitForLabels) {
            return DriftSettings.of(falseAlarmEvery, waitForLabels, referenceTags, windowTags);
        }
    }

    /** How the windows of the accuracy follow each other. */
    public enum WindowKind {
        @JsonProperty("tumbling")
        TUMBLING,
        @JsonProperty("sliding")
        SLIDING,
        @JsonProperty("cumulative")
        CUMULATIVE
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
                fetch.queue(),
                fetch.waitWhenFull(),
                images.maxBytes());
    }

    /**
     * Settings over the defaults of {@code stream.yaml}.
     *
     * @param name what messages call them
     */
    public static TaggingSettings of(String name, JsonNode settings) {
        ObjectNode defaults = StreamSettings.defaults().tree().deepCopy();
        return SettingsFile.of(name, settings)
                .over(SettingsFile.of("stream.yaml", defaults.without(List.of("kafka", "flink"))))
                .as(TaggingSettings.class);
    }
}
