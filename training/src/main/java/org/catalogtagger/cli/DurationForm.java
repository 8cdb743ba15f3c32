package org.catalogtagger.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations in settings files: {@code 50 ms}, {@code 10 s}, {@code 5 min}, {@code 1 h}, {@code 7 d}. */
final class DurationForm {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(ms|s|min|h|d)");
    private static final Map<String, Long> MILLIS = millis();

    private DurationForm() {}

    private static Map<String, Long> millis() {
        Map<String, Long> millis = new LinkedHashMap<>();
        millis.put("d", 86_400_000L);
        millis.put("h", 3_600_000L);
        millis.put("min", 60_000L);
        millis.put("s", 1_000L);
        millis.put("ms", 1L);
        return millis;
    }

    /** From a number and a unit. */
    static final class Reader extends JsonDeserializer<Duration> {
        @Override
        public @Nullable Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Matcher matcher = FORM.matcher(parser.getText().strip());
            if (!matcher.matches()) {
                return (Duration) context.handleWeirdStringValue(Duration.class, parser.getText(), "no duration");
            }
            long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
            return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        }
    }

    /** In the largest unit that needs no fraction. */
    static final class Writer extends JsonSerializer<Duration> {
        @Override
        public void serialize(Duration duration, JsonGenerator out, SerializerProvider provider) throws IOException {
            long millis = duration.toMillis();
            for (Map.Entry<String, Long> unit : MILLIS.entrySet()) {
                if (millis % unit.getValue() == 0 && (millis > 0 || unit.getValue() == 1)) {
                    out.writeString(millis / unit.getValue() + " " + unit.getKey());
                    return;
                }
            }
        }
    }
}
