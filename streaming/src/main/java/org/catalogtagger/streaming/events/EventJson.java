package org.catalogtagger.streaming.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.catalogtagger.model.bundle.Json;

/**
 * The JSON object of a record that others write: each field is judged as it is read, and those that nobody asks for are
 * passed over.
 */
final class EventJson {
    private final JsonNode object;
    private final String reason;

    private EventJson(JsonNode object, String reason) {
        this.object = object;
        this.reason = reason;
    }

    /**
     * Reads an object.
     *
     * @param reason of the rejection if this or one of its fields cannot be read
     */
    static EventJson of(byte[] json, String reason) throws RejectedEventException {
        JsonNode read;
        try {
            read = Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new RejectedEventException(reason, "not JSON: " + Json.faultOf(e));
        } catch (IOException e) {
            throw new RejectedEventException(reason, "not JSON: " + e.getMessage());
        }
        if (!read.isObject()) {
            throw new RejectedEventException(reason, "not a JSON object but " + kind(read));
        }
        return new EventJson(read, reason);
    }

    boolean has(String field) {
        return object.hasNonNull(field);
    }

    /**
     * A text that must be there.
     *
     * @param maxBytes in UTF-8
     */
    String text(String field, int maxBytes) throws RejectedEventException {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw fault("%s must be a text, not %s".formatted(field, kind(value)));
        }
        String text = value.textValue();
        if (!BoundedText.isWellFormed(text)) {
            throw fault(field + " has half a surrogate pair");
        }
        int bytes = BoundedText.utf8Length(text);
        if (bytes > maxBytes) {
            throw fault("%s has %,d bytes; %,d at most".formatted(field, bytes, maxBytes));
        }
        return text;
    }

    /**
     * A time that must be there, in milliseconds since 1970: a number of just these, or a text in ISO 8601 with its
     * offset.
     *
     * @param now milliseconds since 1970
     */
    long time(String field, EventTimes times, long now) throws RejectedEventException {
        JsonNode value = object.path(field);
        Instant time;
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            time = Instant.ofEpochMilli(value.longValue());
        } else if (value.isTextual()) {
            try {
                time = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(value.textValue(), Instant::from);
            } catch (DateTimeException e) {
                throw fault("%s: %s is not like 2026-01-31T12:00:00Z".formatted(field, shown(value)));
            }
        } else {
            throw fault("%s must be a text like 2026-01-31T12:00:00Z or whole milliseconds since 1970, not %s"
                    .formatted(field, kind(value)));
        }
        if (!times.believes(time, now)) {
            throw fault("%s: %s is %s; it is before 1990 or more than %,d s ahead of the clock"
                    .formatted(field, shown(value), time, times.maxAheadMillis() / 1000));
        }
        return time.toEpochMilli();
    }

    /** A probability that must be there: a number that {@link LabelProbability} takes. */
    double probability(String field) throws RejectedEventException {
        JsonNode value = object.path(field);
        if (!value.isNumber()) {
            throw fault("%s must be a number, not %s".formatted(field, kind(value)));
        }
        if (!LabelProbability.isBelievable(value.doubleValue())) {
            throw fault("%s must be %s to 1, not %s".formatted(field, LabelProbability.LEAST, shown(value)));
        }
        return value.doubleValue();
    }

    private RejectedEventException fault(String detail) {
        return new RejectedEventException(reason, detail);
    }

    private static String shown(JsonNode value) {
        return BoundedText.shortened(value.asText(), 100);
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING -> "nothing";
            case NULL -> "null";
            case NUMBER -> "the number " + shown(value);
            case BOOLEAN -> "a boolean";
            case STRING -> "a text";
            case ARRAY -> "a list";
            default -> "an object";
        };
    }
}
