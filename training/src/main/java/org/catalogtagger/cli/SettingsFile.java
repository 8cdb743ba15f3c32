package org.catalogtagger.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.AssertTrue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.catalogtagger.model.bundle.Json;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/** Reads a YAML file into a record and checks it whole: every fault is found in one go. */
public final class SettingsFile {
    private static final String KIND = "kind";
    private static final Validator VALIDATOR = validator();
    /** Merges groups of settings, but no lists. */
    private static final ObjectMapper OVERLAY = overlay();

    private final String name;
    private final JsonNode tree;

    private SettingsFile(String name, JsonNode tree) {
        this.name = name;
        this.tree = tree;
    }

    /**
     * Reads a file.
     *
     * @throws SettingsException if it is not YAML
     */
    public static SettingsFile read(Path file) throws IOException {
        return parse(file.toString(), text(file));
    }

    /** A file's text. Java says of a folder only that it is one, and not which. */
    public static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + " is a folder; a file is wanted");
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new SettingsException(file.toString(), List.of("is not text in UTF-8"));
        }
    }

    /**
     * Reads a text.
     *
     * @param name what messages call it
     */
    public static SettingsFile parse(String name, String yaml) {
        try {
            return new SettingsFile(
                    name,
                    new YAMLMapper()
                            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                            .readTree(yaml));
        } catch (JsonProcessingException e) {
            // The parser's own words quote the text around the fault, which may be a password.
            String fault = e.getOriginalMessage().startsWith("Duplicate field")
                    ? "a setting is there twice%s"
                    : "no YAML%s; is a quote, a bracket or an indent missing?";
            throw new SettingsException(name, List.of(fault.formatted(lineOf(e))));
        }
    }

    private static String lineOf(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " in line %d, column %d"
                        .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }

    /** Where a fault is, and what is wrong if the settings' own type says so; no value stands in it. */
    private static String faultOf(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("."))
                : "";
        Throwable cause = e.getCause();
        String what = "is not what it should be";
        if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
            what = cause.getMessage();
        } else if (e instanceof InvalidTypeIdException) {
            what = "its kind is missing, or none that there is";
        } else if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            what = "must be " + FaultCollector.wanted(mismatch.getTargetType());
        }
        return path.isEmpty() ? what : path + ": " + what;
    }

    /**
     * Settings that are there already.
     *
     * @param name what messages call them
     */
    public static SettingsFile of(String name, JsonNode tree) {
        return new SettingsFile(name, tree);
    }

    /**
     * Settings that come with the program, or a user's file.
     *
     * @param kind what such settings are called, a recipe, say
     * @param nameOrFile one of the built-in names, or a file
     * @param builtIn names of {@code NAME.yaml} beside the type
     */
    public static SettingsFile named(String kind, String nameOrFile, List<String> builtIn, Class<?> type)
            throws IOException {
        if (builtIn.contains(nameOrFile)) {
            try (InputStream in = type.getResourceAsStream(nameOrFile + ".yaml")) {
                if (in == null) {
                    throw new IllegalStateException(kind + " " + nameOrFile + " is missing from the jar");
                }
                return parse(kind + " " + nameOrFile, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            throw new CommandException("no %s '%s': neither a file nor one of %s".formatted(kind, nameOrFile, builtIn));
        }
        return read(file);
    }

    /** These settings over others: what is not said here is taken from there. A list is said as a whole. */
    public SettingsFile over(SettingsFile defaults) {
        try {
            JsonNode merged = tree.isObject()
                    ? OVERLAY.readerForUpdating(defaults.tree.deepCopy()).readValue(tree)
                    : tree;
            return new SettingsFile(name, merged);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * These settings without a group, if others have it of another {@code kind}, so that it is theirs as a whole when they
     * are put over these.
     */
    public SettingsFile withoutOtherKind(String group, JsonNode others) {
        JsonNode kind = others.path(group).path(KIND);
        if (!kind.isTextual() || kind.equals(tree.path(group).path(KIND))) {
            return this;
        }
        ObjectNode rest = tree.deepCopy();
        rest.remove(group);
        return new SettingsFile(name, rest);
    }

    /** The settings as they were read. */
    public JsonNode tree() {
        return tree;
    }

    /**
     * The settings as a record.
     *
     * @param type a record whose components carry Bean Validation constraints
     * @throws SettingsException listing every unknown, missing, ill-typed and out-of-range setting
     */
    public <T> T as(Class<T> type) {
        List<String> faults = new ArrayList<>();
        if (!tree.isObject()) {
            throw new SettingsException(name, List.of("holds no settings"));
        }
        T settings;
        try {
            settings = newMapper().addHandler(new FaultCollector(faults)).treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            faults.add(faultOf(e));
            throw new SettingsException(name, faults);
        }
        VALIDATOR.validate(settings).stream()
                .filter(violation -> faults.stream().noneMatch(fault -> fault.startsWith(path(violation) + ":")))
                .map(SettingsFile::faultOf)
                .sorted()
                .forEach(faults::add);
        if (!faults.isEmpty()) {
            throw new SettingsException(name, faults);
        }
        return settings;
    }

    /** Settings in force as a tree, with durations as people write them. */
    public static JsonNode treeOf(Object settings) {
        return newMapper().valueToTree(settings);
    }

    private static ObjectMapper newMapper() {
        return Json.MAPPER
                .copy()
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .registerModule(new SimpleModule()
                        .addDeserializer(Duration.class, new DurationForm.Reader())
                        .addSerializer(Duration.class, new DurationForm.Writer()));
    }

    private static String faultOf(ConstraintViolation<?> violation) {
        String path = path(violation);
        if (violation.getConstraintDescriptor().getAnnotation() instanceof AssertTrue) {
            // What several settings must be together is a method's, whose name tells a user nothing.
            path = path.substring(0, Math.max(0, path.lastIndexOf('.')));
        }
        String message = violation.getMessage().replace("must not be null", "is missing");
        return path.isEmpty() ? message : path + ": " + message;
    }

    private static String path(ConstraintViolation<?> violation) {
        return violation.getPropertyPath().toString().replace(".<list element>", "");
    }

    private static ObjectMapper overlay() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.configOverride(ArrayNode.class).setMergeable(false);
        return mapper;
    }

    private static Validator validator() {
        try (ValidatorFactory factory = Validation.byDefaultProvider()
                .configure()
                .messageInterpolator(new ParameterMessageInterpolator())
                .buildValidatorFactory()) {
            return factory.getValidator();
        }
    }
}
