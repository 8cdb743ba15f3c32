package org.catalogtagger.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The pods that an object of ours makes.
 *
 * @param owner the object's kind and name
 * @param labels theirs
 * @param spec what runs in them
 */
record Pod(String owner, Map<String, String> labels, JsonNode spec) {
    /** Those of an overlay; those of Flink's JobManagers and TaskManagers are apart, as the operator merges them. */
    static List<Pod> all(Render render) {
        List<Pod> pods = new ArrayList<>();
        JsonNode flink = render.only("FlinkDeployment").path("spec");
        for (String role : List.of("jobManager", "taskManager")) {
            pods.add(of(role, merged(flink.path("podTemplate"), flink.path(role).path("podTemplate"))));
        }
        render.all("Deployment")
                .forEach(object -> pods.add(of(
                        "Deployment " + Render.name(object), object.path("spec").path("template"))));
        render.all("CronJob")
                .forEach(object -> pods.add(of(
                        "CronJob " + Render.name(object),
                        object.path("spec").path("jobTemplate").path("spec").path("template"))));
        return pods;
    }

    private static Pod of(String owner, JsonNode template) {
        Map<String, String> labels = new HashMap<>();
        template.path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return new Pod(owner, labels, template.path("spec"));
    }

    /** Containers of the same name are merged: kubernetes.operator.pod-template.merge-arrays-by-name. */
    private static JsonNode merged(JsonNode base, JsonNode over) {
        ObjectNode merged = base.deepCopy();
        for (JsonNode container : over.path("spec").path("containers")) {
            ObjectNode into = (ObjectNode) elements(merged.path("spec").path("containers"))
                    .filter(other -> other.path("name").equals(container.path("name")))
                    .findAny()
                    .orElseThrow(() -> new AssertionError("no container " + container.path("name")));
            container.properties().forEach(field -> into.set(field.getKey(), field.getValue()));
        }
        return merged;
    }

    boolean isFlink() {
        return "flink".equals(labels.get("app.kubernetes.io/component"));
    }

    List<JsonNode> containers() {
        return Stream.concat(elements(spec.path("initContainers")), elements(spec.path("containers")))
                .toList();
    }

    List<JsonNode> volumes() {
        return elements(spec.path("volumes")).toList();
    }

    /** Whether a {@code matchLabels} selects it. */
    boolean isSelectedBy(JsonNode matchLabels) {
        return matchLabels.properties().stream()
                .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())));
    }

    /** Whether it has a port, by number or by name. */
    boolean hasPort(JsonNode port) {
        return containers().stream()
                .flatMap(container -> elements(container.path("ports")))
                .anyMatch(open -> open.path("name").equals(port)
                        || open.path("containerPort").equals(port));
    }

    /** The volume that holds a path. */
    JsonNode volumeOf(String path) {
        JsonNode mount = containers().stream()
                .flatMap(container -> elements(container.path("volumeMounts")))
                .filter(at -> (path + "/").startsWith(at.path("mountPath").asText() + "/"))
                .findAny()
                .orElseThrow(() -> new AssertionError("%s: %s is on no volume".formatted(owner, path)));
        return volumes().stream()
                .filter(volume -> volume.path("name").equals(mount.path("name")))
                .findAny()
                .orElseThrow(() -> new AssertionError("%s: no volume %s".formatted(owner, mount.path("name"))));
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** The texts of an array. */
    static List<String> texts(JsonNode array) {
        return elements(array).map(JsonNode::asText).toList();
    }

    /** A text as JSON. */
    static JsonNode json(Object value) {
        return new ObjectMapper().valueToTree(value);
    }
}
