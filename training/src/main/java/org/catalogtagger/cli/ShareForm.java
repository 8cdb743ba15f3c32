package org.catalogtagger.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Shares in settings files: {@code 1 %}, or {@code 0.01}, which is the same. Whether they are 0 to 1 is for others to say. */
public final class ShareForm extends JsonDeserializer<Double> {
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*%");
    private static final double HUNDRED = 100;

    @Override
    public @Nullable Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                || parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return parser.getDoubleValue();
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return (Double) context.handleUnexpectedToken(ShareForm.class, parser);
        }
        Matcher matcher = PERCENT.matcher(parser.getText().strip());
        if (matcher.matches()) {
            return Double.parseDouble(matcher.group(1)) / HUNDRED;
        }
        return (Double) context.handleWeirdStringValue(ShareForm.class, parser.getText(), "no share");
    }
}
