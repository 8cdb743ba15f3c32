package org.catalogtagger.streaming.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Instant;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageNames;
import org.jspecify.annotations.Nullable;

/**
 * The true label of a product.
 *
 * @param label brought to Unicode's form C, as classes are
 * @param labelledAt milliseconds since 1970; of several labels the newest counts
 */
public record ProductLabel(String productId, String label, long labelledAt) {
    public ProductLabel {
        label = ImageNames.composed(label);
    }

    /** A record of the labels topic: key the product id, value JSON with {@code label} and {@code labelledAt}. */
    public static ProductLabel of(ImageEvent labelEvent) throws RejectedEventException {
        byte[] json = labelEvent.value();
        if (json == null) {
            throw new RejectedEventException("bad-label", "no value; it must be JSON with label and labelledAt");
        }
        try {
            Value value = Json.MAPPER.readValue(json, Value.class);
            if (value == null || value.label() == null || value.label().isBlank()) {
                throw new RejectedEventException("bad-label", "no label in it");
            }
            Instant at = value.labelledAt();
            return new ProductLabel(
                    labelEvent.productId(), value.label(), at == null ? labelEvent.timestamp() : at.toEpochMilli());
        } catch (IOException e) {
            throw new RejectedEventException(
                    "bad-label", "not JSON with label and labelledAt (ISO 8601): " + e.getMessage());
        }
    }

    private record Value(@JsonProperty(required = true) @Nullable String label, @Nullable Instant labelledAt) {}
}
