package org.catalogtagger.streaming.json;

import static org.catalogtagger.streaming.events.BoundedText.wellFormed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.events.WatchedModel;
import org.jspecify.annotations.Nullable;

/** Each as one line of JSON in UTF-8. Times are ISO 8601, probabilities 0 to 1. */
public final class JsonValues {
    private static final ObjectMapper READABLE = Json.MAPPER.copy().registerModule(ReadableJson.module());

    private static final ObjectReader READER =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Most tags are smaller. */
    private static final int TAG_BYTES = 512;

    /** Of the classes that are in proportion: the largest, which are kept, take more bytes than others. */
    private static final double SHRINK = 0.9;

    private JsonValues() {}

    /**
     * Reads a value of a topic; fields that a later version has added, anywhere in it, are passed over.
     *
     * @throws IOException if it is none of that type
     */
    public static <T> T read(byte[] value, Class<T> type) throws IOException {
        return READER.forType(type).readValue(value);
    }

    /** A tag. */
    public static byte[] tag(TaggedImage tag) {
        return tag(tag, Optional.empty());
    }

    /** A tag, and {@code truth} if the image's label is known. */
    public static byte[] tagWithTruth(TaggedImage tag) {
        return tag(tag, tag.truth());
    }

    /** The accuracy in a window. */
    public static byte[] accuracy(WindowAccuracy window) {
        return accuracy(window, Integer.MAX_VALUE);
    }

    /** The same, of the largest classes only if it would be more bytes. */
    public static byte[] accuracy(WindowAccuracy window, int maxBytes) {
        AccuracyValue value = AccuracyValue.of(window);
        int sampled = value.sampled().map(those -> those.classes().size()).orElse(0);
        int labels = Math.max(
                sampled, Math.max(value.classes().size(), value.taggedByLabel().size()));
        return largest(value, labels, AccuracyValue::largest, maxBytes);
    }

    /** A drift alert. */
    public static byte[] driftAlert(DriftAlert alert) {
        return bytes(DriftAlertValue.of(alert));
    }

    /** How a model did in its test and how well it is watched, of the largest classes only if it would be more bytes. */
    public static byte[] baseline(WatchedModel model, int maxBytes) {
        BaselineValue value = BaselineValue.of(model);
        return largest(value, value.classes().size(), BaselineValue::largest, maxBytes);
    }

    /** With so many classes as there is room for, judged by how much more the value was, until it fits or none is left. */
    private static <T> byte[] largest(T value, int classes, BiFunction<T, Integer, T> cut, int maxBytes) {
        byte[] json = bytes(value);
        int kept = classes;
        while (json.length > maxBytes && kept > 0) {
            double fits = Math.max(0, maxBytes) / (double) json.length;
            kept = (int) Math.min(kept - 1, SHRINK * fits * kept);
            json = bytes(cut.apply(value, kept));
        }
        return json;
    }

    /** An event without its image, and why it has no tag; {@code uri} if it carries one. */
    public static byte[] rejection(Rejection rejection) {
        InputRecord event = rejection.event();
        return bytes(new RejectionValue(
                text(event.key()),
                event.isUri() ? Optional.of(text(event.value()).strip()) : Optional.empty(),
                rejection.reason(),
                rejection.detail(),
                Instant.ofEpochMilli(rejection.at())));
    }

    /** Any value. */
    public static byte[] bytes(Object value) {
        try {
            return READABLE.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Written field by field: at ten thousand tags a second and core, data binding takes a tenth of the classify thread
     * ({@code deploy/bin/bench stream-compact}).
     */
    private static byte[] tag(TaggedImage tag, Optional<String> truth) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(TAG_BYTES);
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("productId", wellFormed(tag.productId()));
            json.writeStringField("label", wellFormed(tag.label()));
            number(json, "confidence", tag.confidence());
            number(json, "expectedAccuracy", tag.expectedAccuracy());
            if (!Float.isNaN(tag.familiarity())) {
                number(json, "familiarity", tag.familiarity());
            }
            json.writeArrayFieldStart("top");
            for (RankedLabel ranked : tag.top()) {
                json.writeStartObject();
                json.writeStringField("label", wellFormed(ranked.label()));
                number(json, "probability", ranked.probability());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("modelVersion", wellFormed(tag.modelVersion()));
            json.writeStringField("eventTime", IsoInstant.ofEpochMilli(tag.eventTime()));
            json.writeStringField("taggedAt", IsoInstant.ofEpochMilli(tag.taggedAt()));
            if (tag.audited()) {
                json.writeBooleanField("audit", true);
                json.writeNumberField("auditProbability", tag.auditProbability());
            }
            if (truth.isPresent()) {
                json.writeStringField("truth", wellFormed(truth.get()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void number(JsonGenerator json, String field, float value) throws IOException {
        if (Float.isFinite(value)) {
            json.writeNumberField(field, value);
        } else {
            json.writeNullField(field);
        }
    }

    private static String text(byte @Nullable [] utf8) {
        return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
    }

    private record RejectionValue(
            String productId,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> uri,
            String reason,
            String detail,
            Instant at) {}
}
