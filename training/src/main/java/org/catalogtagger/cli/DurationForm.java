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
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations in settings files and options, of at most {@value #MOST_DAYS} days: {@code 50 ms}, {@code 10 s}, {@code 5 min},
 * {@code 1 h}, {@code 7 d}.
 */
public final class DurationForm implements ITypeConverter<Duration> {
    /** A century, so that arithmetic with times stays far from its bounds. */
    private static final long MOST_DAYS = 36_500;

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*(ms|s|min|h|d)");
    private static final Map<String, Long> MILLIS = millis();

    @Override
    public Duration convert(String text) {
        return parse(text)
                .orElseThrow(() ->
                        new TypeConversionException("'%s' is no duration: a number and ms, s, min, h or d, up to %,d d"
                                .formatted(text, MOST_DAYS)));
    }

    private static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long unit = MILLIS.getOrDefault(matcher.group(2), 1L);
        long number = Long.parseLong(matcher.group(1));
        return number <= Duration.ofDays(MOST_DAYS).toMillis() / unit
                ? Optional.of(Duration.ofMillis(number * unit))
                : Optional.empty();
    }

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
            Optional<Duration> duration = parse(parser.getText());
            if (duration.isEmpty()) {
                return (Duration) context.handleWeirdStringValue(Duration.class, parser.getText(), "no duration");
            }
            return duration.get();
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
