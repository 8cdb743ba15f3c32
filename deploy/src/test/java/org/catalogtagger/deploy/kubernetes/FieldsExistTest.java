package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldsExistTest {
    /** Whose keys are their author's. */
    private static final Set<String> MAPS = Set.of(
            "labels",
            "annotations",
            "matchLabels",
            "selector",
            "nodeSelector",
            "requests",
            "limits",
            "data",
            "config",
            "flinkConfiguration");

    private final Schemas schemas;

    FieldsExistTest() throws IOException {
        this.schemas = new Schemas();
    }

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyObjectIsAsItsSchemaSays(Render render) {
        assertThat(render.objects()).hasSizeGreaterThan(30);
        assertThat(render.objects()).allSatisfy(object -> assertThat(schemas.faults(object))
                .as("%s %s", object.path("kind").asText(), Render.name(object))
                .isEmpty());
    }

    @Test
    void aFieldThatIsNotThereIsRefusedWhereverItStands() {
        Set<JsonNode> objects = Render.all().stream()
                .flatMap(render -> render.objects().stream())
                .collect(Collectors.toSet());
        Set<String> taken = new TreeSet<>();
        int tried = 0;
        for (JsonNode object : objects) {
            for (JsonPointer place : objectsIn(object, JsonPointer.empty())) {
                JsonNode mutant = object.deepCopy();
                ((ObjectNode) mutant.at(place)).put("notAField", "x");
                tried++;
                if (schemas.faults(mutant).isEmpty()) {
                    JsonPointer name = place.last();
                    taken.add(name == null ? "the object itself" : name.getMatchingProperty());
                }
            }
        }
        assertThat(tried).isGreaterThan(700);
        assertThat(taken).isSubsetOf(MAPS).contains("labels", "flinkConfiguration");
    }

    private static List<JsonPointer> objectsIn(JsonNode node, JsonPointer at) {
        List<JsonPointer> found = new ArrayList<>();
        if (node.isObject()) {
            found.add(at);
            node.properties()
                    .forEach(field -> found.addAll(objectsIn(field.getValue(), at.appendProperty(field.getKey()))));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            found.addAll(objectsIn(node.get(i), at.appendIndex(i)));
        }
        return found;
    }
}
