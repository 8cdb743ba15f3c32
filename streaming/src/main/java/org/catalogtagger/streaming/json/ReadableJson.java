package org.catalogtagger.streaming.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import org.catalogtagger.streaming.events.BoundedText;

/**
 * JSON that every reader takes, whatever texts and numbers it is made of: no half of a surrogate pair, for which Jackson's
 * writer would throw, and no NaN or infinity, which is no JSON; they become U+FFFD and null.
 */
final class ReadableJson {
    private ReadableJson() {}

    static Module module() {
        return new SimpleModule()
                .addSerializer(String.class, new Text())
                .addKeySerializer(String.class, new Key())
                .addSerializer(Double.class, new FiniteNumber())
                .addSerializer(Double.TYPE, new FiniteNumber());
    }

    private static final class Text extends JsonSerializer<String> {
        @Override
        public void serialize(String text, JsonGenerator json, SerializerProvider unused) throws IOException {
            json.writeString(BoundedText.wellFormed(text));
        }
    }

    private static final class Key extends JsonSerializer<String> {
        @Override
        public void serialize(String text, JsonGenerator json, SerializerProvider unused) throws IOException {
            json.writeFieldName(BoundedText.wellFormed(text));
        }
    }

    private static final class FiniteNumber extends JsonSerializer<Double> {
        @Override
        public void serialize(Double number, JsonGenerator json, SerializerProvider unused) throws IOException {
            if (Double.isFinite(number)) {
                json.writeNumber(number);
            } else {
                json.writeNull();
            }
        }
    }
}
