package org.catalogtagger.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What each object may hold: by the custom resource definitions for what operators know, by the models of Kubernetes' own client
 * for the rest. A field that is not there is a fault, though an API server would only drop it.
 */
final class Schemas {
    private static final Path DEFINITIONS = Path.of("src", "test", "resources", "crds");

    private final Map<String, JsonSchema> custom = new HashMap<>();
    private final TypedModels models = new TypedModels();

    Schemas() throws IOException {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        try (Stream<Path> files = Files.list(DEFINITIONS)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yml")).toList()) {
                JsonNode definition = new YAMLMapper().readTree(file.toFile()).path("spec");
                for (JsonNode version : definition.path("versions")) {
                    JsonNode schema = version.path("schema").path("openAPIV3Schema");
                    // Not every definition says what all objects have.
                    for (String name : List.of("apiVersion", "kind", "metadata")) {
                        ((ObjectNode) schema.path("properties")).withObject("/" + name);
                    }
                    close(schema);
                    String apiVersion = definition.path("group").asText() + "/"
                            + version.path("name").asText();
                    custom.put(
                            apiVersion + " "
                                    + definition.path("names").path("kind").asText(),
                            factory.getSchema(schema));
                }
            }
        }
    }

    /** Refuses fields that are not named; of {@code metadata}, of which definitions say no more, the models know. */
    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.has("additionalProperties")
                && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(Schemas::close);
    }

    /** What is wrong with an object. */
    List<String> faults(JsonNode object) {
        List<String> faults = new ArrayList<>();
        String type =
                object.path("apiVersion").asText() + " " + object.path("kind").asText();
        JsonSchema schema = custom.get(type);
        if (schema == null) {
            faults.addAll(models.faults(object));
        } else {
            schema.validate(object).stream().map(ValidationMessage::getMessage).forEach(faults::add);
            faults.addAll(models.faultsOfMetadata(object));
            faults.addAll(models.faultsOfPodTemplates(object));
        }
        return faults;
    }
}
