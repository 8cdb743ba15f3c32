package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.drift.DriftAlert;

/** A value of the drift alerts topic, its fields in the order in which one reads. */
public record DriftAlertValue(
        String status,
        String kind,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> label,
        double referenceValue,
        double currentValue,
        double change,
        String reference,
        String detector,
        String evidence,
        long observations,
        Instant since,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> sinceEarliest,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> sinceLatest,
        Instant at,
        String modelVersion,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Image> imagesBefore,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Image> imagesAfter) {
    /** Records of earlier versions have no images. */
    @SuppressWarnings("ConstantValue")
    public DriftAlertValue {
        imagesBefore = imagesBefore == null ? List.of() : List.copyOf(imagesBefore);
        imagesAfter = imagesAfter == null ? List.of() : List.copyOf(imagesAfter);
    }

    /**
     * An image that the alert is about.
     *
     * @param sourceRecord where its event lies, {@code topic/partition/offset}
     * @param truth if it was known
     * @param segment that it belongs to, if to one
     */
    public record Image(
            String sourceRecord,
            String label,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> truth,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> segment) {
        /** Whoever writes to the topic may leave out what it needs: that is no alert. */
        public Image {
            Objects.requireNonNull(sourceRecord, "an image without sourceRecord");
            Objects.requireNonNull(label, "an image without label");
        }

        static List<Image> of(List<TagExample> examples) {
            return examples.stream()
                    .map(example -> new Image(
                            example.sourceRecord(), example.label(), ifAny(example.truth()), ifAny(example.segment())))
                    .toList();
        }

        private static Optional<String> ifAny(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        }
    }

    static DriftAlertValue of(DriftAlert alert) {
        return new DriftAlertValue(
                alert.status().name().toLowerCase(Locale.ROOT),
                alert.kind().key(),
                alert.label().isEmpty() ? Optional.empty() : Optional.of(alert.label()),
                alert.referenceValue(),
                alert.currentValue(),
                alert.currentValue() - alert.referenceValue(),
                alert.reference(),
                alert.detector(),
                alert.evidence(),
                alert.observations(),
                Instant.ofEpochMilli(alert.since()),
                ofInterval(alert, alert.sinceEarliest()),
                ofInterval(alert, alert.sinceLatest()),
                Instant.ofEpochMilli(alert.at()),
                alert.modelVersion(),
                Image.of(alert.images().before()),
                Image.of(alert.images().after()));
    }

    /** Where windows were compared, of a change that was there from the first there is nothing to be told. */
    private static Optional<Instant> ofInterval(DriftAlert alert, long end) {
        return switch (alert.kind()) {
            case ACCURACY, CALIBRATION, CONFUSIONS -> Optional.of(Instant.ofEpochMilli(end));
            case PREDICTIONS, CONFIDENCE, BRIGHTNESS, FAMILIARITY, EXPECTED_ACCURACY ->
                alert.reference().equals("test") ? Optional.empty() : Optional.of(Instant.ofEpochMilli(end));
            case UNKNOWN_LABEL, LABEL_SELECTION -> Optional.empty();
        };
    }
}
