package org.catalogtagger.deploy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What an overlay becomes.
 *
 * @param overlay its name
 * @param objects what it sends to a cluster
 */
record Render(String overlay, List<JsonNode> objects) {
    static final Path FOLDER = Path.of("kubernetes");

    private static final Map<Path, Render> RENDERED = new ConcurrentHashMap<>();

    private static final YAMLMapper YAML = new YAMLMapper();

    /** All overlays; skipped where there is no kubectl, and a failure there under {@code CI=true}. */
    static List<Render> all() {
        try (Stream<Path> overlays = Files.list(FOLDER.resolve("overlays"))) {
            List<Render> all = overlays.sorted().map(Render::of).toList();
            if (all.size() < 3) {
                throw new AssertionError("only %d overlays".formatted(all.size()));
            }
            return all;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One of them. */
    static Render of(String overlay) {
        return of(FOLDER.resolve("overlays").resolve(overlay));
    }

    private static Render of(Path folder) {
        requireKubectl();
        return RENDERED.computeIfAbsent(folder, Render::render);
    }

    private static Render render(Path folder) {
        try {
            Process kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String rendered = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
            if (kubectl.waitFor() != 0) {
                throw new AssertionError("%s does not render".formatted(folder));
            }
            return new Render(folder.getFileName().toString(), documents(rendered));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void requireKubectl() {
        boolean isThere = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
        if (!isThere && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("no kubectl");
        }
        Assumptions.assumeTrue(isThere, "skipped: no kubectl");
    }

    /** The documents of a text. */
    static List<JsonNode> documents(String yaml) throws IOException {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new ArrayList<>(documents.readAll());
        }
    }

    /** The objects of a kind. */
    List<JsonNode> all(String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The one object of a kind. */
    JsonNode only(String kind) {
        List<JsonNode> all = all(kind);
        if (all.size() != 1) {
            throw new AssertionError("%d objects of the kind %s".formatted(all.size(), kind));
        }
        return all.get(0);
    }

    /** The names of the objects of a kind. */
    List<String> names(String kind) {
        return all(kind).stream().map(Render::name).toList();
    }

    /** An object of a kind by its name, or the beginning of it where the end is a hash. */
    JsonNode named(String kind, String name) {
        return all(kind).stream()
                .filter(object -> name(object).equals(name) || name(object).matches(name + "-[a-z0-9]{10}"))
                .findAny()
                .orElseThrow(() -> new AssertionError("no %s %s".formatted(kind, name)));
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    @Override
    public String toString() {
        return overlay;
    }
}
