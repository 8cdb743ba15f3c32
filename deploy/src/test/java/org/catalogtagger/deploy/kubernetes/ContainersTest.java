package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.catalogtagger.streaming.commands.Tagger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class ContainersTest {
    private static final String LAUNCHER = "/opt/catalog-tagger/bin/tagger";
    private static final Pattern MALLOC = Pattern.compile("export (MALLOC_\\w+)=\\$\\{\\w+:-(\\d+)}");

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void mayDoNoMoreThanTheyMust(Render render) {
        assertThat(Pod.all(render)).hasSize(5).allSatisfy(pod -> {
            JsonNode security = pod.spec().path("securityContext");
            assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(security.path("seccompProfile").path("type").asText()).isEqualTo("RuntimeDefault");
            assertThat(security.has("runAsUser"))
                    .isEqualTo(!render.overlay().equals("openshift"))
                    .isEqualTo(security.has("fsGroup"));
            assertThat(pod.containers()).isNotEmpty().allSatisfy(container -> {
                JsonNode own = container.path("securityContext");
                assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(Pod.texts(own.path("capabilities").path("drop"))).containsExactly("ALL");
            });
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void sayWhatTheyNeedAndWhetherTheyLive(Render render) {
        JsonNode flink = render.only("FlinkDeployment").path("spec");
        for (Pod pod : Pod.all(render)) {
            JsonNode container = pod.containers().get(0);
            if (pod.isFlink()) {
                assertThat(flink.path(pod.owner())
                                .path("resource")
                                .path("memory")
                                .asText())
                        .isNotEmpty();
                assertThat(flink.path(pod.owner()).path("resource").path("cpu").asDouble())
                        .isPositive();
            } else {
                JsonNode resources = container.path("resources");
                assertThat(resources.path("requests").has("cpu"))
                        .as(pod.owner())
                        .isTrue();
                assertThat(resources.path("limits").path("memory"))
                        .as(pod.owner())
                        .isEqualTo(resources.path("requests").path("memory"));
            }
            assertThat(container.has("livenessProbe"))
                    .as(pod.owner())
                    .isEqualTo(!pod.owner().startsWith("CronJob"));
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void runOneImageOfOneVersion(Render render) {
        Set<String> images = new TreeSet<>();
        images.add(render.only("FlinkDeployment").path("spec").path("image").asText());
        Pod.all(render).stream()
                .filter(pod -> !pod.isFlink())
                .flatMap(pod -> pod.containers().stream())
                .forEach(container -> images.add(container.path("image").asText()));
        assertThat(images)
                .isEqualTo(
                        render.overlay().equals("gpu")
                                ? Set.of("catalog-tagger:0.1.0", "catalog-tagger:0.1.0-gpu")
                                : Set.of("catalog-tagger:0.1.0"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void commandsAreThoseThatTaggerHas(Render render) {
        List<JsonNode> containers = Pod.all(render).stream()
                .filter(pod -> !pod.isFlink())
                .flatMap(pod -> pod.containers().stream())
                .toList();
        assertThat(containers).hasSize(3).allSatisfy(container -> {
            assertThat(Pod.texts(container.path("command"))).containsExactly(LAUNCHER);
            String[] arguments = Pod.texts(container.path("args")).toArray(String[]::new);
            // Refuses what is not an option, and options without a value that they take.
            assertThat(new CommandLine(new Tagger())
                            .parseArgs(arguments)
                            .subcommand()
                            .commandSpec()
                            .name())
                    .isEqualTo(arguments[0]);
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void writeOnlyWhereTheyHaveAVolume(Render render) {
        for (Pod pod : Pod.all(render)) {
            assertThat(pod.volumeOf("/tmp").has("emptyDir")).as(pod.owner()).isTrue();
            if (pod.isFlink()) {
                assertThat(pod.volumeOf("/opt/flink/log").has("emptyDir")).isTrue();
                assertThat(pod.volumeOf(FlinkSettings.of(render).getOrDefault("state.backend.rocksdb.localdir", ""))
                                .has("emptyDir"))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void taskManagersTakeNativeMemoryAsTheLauncherDoes(Render render) throws Exception {
        Map<String, String> launcher = MALLOC.matcher(Files.readString(Path.of("bin", "native-memory")))
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2)));
        assertThat(launcher).hasSize(4);
        assertThat(environment(Pod.all(render).get(1))).containsAllEntriesOf(launcher);
    }

    private static Map<String, String> environment(Pod pod) {
        return Pod.elements(pod.containers().get(0).path("env"))
                .collect(Collectors.toMap(variable -> variable.path("name").asText(), variable -> variable.path("value")
                        .asText()));
    }
}
