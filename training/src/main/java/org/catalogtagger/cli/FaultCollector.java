package org.catalogtagger.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.catalogtagger.model.bundle.Json;
import org.jspecify.annotations.Nullable;

/** Reads on after a fault, so that the next ones are found too; what it could not read counts as not set. */
final class FaultCollector extends DeserializationProblemHandler {
    private final List<String> faults;

    FaultCollector(List<String> faults) {
        this.faults = faults;
    }

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            JsonDeserializer<?> deserializer,
            Object beanOrClass,
            String propertyName)
            throws IOException {
        String known = deserializer.getKnownPropertyNames() == null
                ? ""
                : " (known: " + join(deserializer.getKnownPropertyNames()) + ")";
        faults.add(path(parser) + ": unknown setting" + known);
        parser.skipChildren();
        return true;
    }

    // Values are not quoted: a password may have come into the wrong place.

    @Override
    public @Nullable Object handleWeirdStringValue(
            DeserializationContext context, Class<?> targetType, String value, String failure) {
        return wrong(context, targetType);
    }

    @Override
    public @Nullable Object handleWeirdNumberValue(
            DeserializationContext context, Class<?> targetType, Number value, String failure) {
        return wrong(context, targetType);
    }

    @Override
    public @Nullable Object handleUnexpectedToken(
            DeserializationContext context, JavaType targetType, JsonToken token, JsonParser parser, String failure)
            throws IOException {
        parser.skipChildren();
        return wrong(context, targetType.getRawClass());
    }

    @Override
    public @Nullable Object handleMissingInstantiator(
            DeserializationContext context,
            Class<?> type,
            @Nullable ValueInstantiator instantiator,
            @Nullable JsonParser parser,
            String failure) {
        return wrong(context, type);
    }

    private @Nullable Object wrong(DeserializationContext context, Class<?> type) {
        faults.add(path(context.getParser()) + ": must be " + wanted(type));
        return null;
    }

    static String wanted(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + enumNames(type);
        }
        if (type == Duration.class) {
            return "a duration such as 50 ms, 10 s, 5 min, 1 h or 7 d";
        }
        if (type == ShareForm.class) {
            return "a share such as 1 % or 0.01";
        }
        if (type == String.class) {
            return "text";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return type == Double.class || type == double.class ? "a number" : "a whole number in range";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "a group of settings";
    }

    private static String enumNames(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            names.add(Json.MAPPER.convertValue(constant, String.class));
        }
        return String.join(", ", names);
    }

    private static String path(JsonParser parser) {
        return parser.getParsingContext()
                .pathAsPointer()
                .toString()
                .substring(1)
                .replace('/', '.');
    }

    private static String join(Iterable<Object> names) {
        List<String> list = new ArrayList<>();
        names.forEach(name -> list.add(name.toString()));
        Collections.sort(list);
        return String.join(", ", list);
    }
}
