package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.catalogtagger.streaming.commands.StreamApplication;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class FlinkDeploymentTest {
    private static final String SETTINGS = "/opt/catalog-tagger/settings/";

    @TempDir
    private Path folder;

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everySettingIsOneOfFlinksOrOfTheOperators(Render render) throws Exception {
        assertThat(new FlinkSettings().faults(FlinkSettings.of(render))).isEmpty();
    }

    @Test
    void aSettingThatIsNotThereOrCannotBeReadIsRefused() throws Exception {
        assertThat(new FlinkSettings()
                        .faults(new TreeMap<>(Map.of(
                                "execution.checkpointing.dirr", "s3://a/b",
                                "state.checkpoints.dir", "s3://a/b",
                                "kubernetes.operator.savepoint.history.max.cont", "1",
                                "taskmanager.numberOfTaskSlots", "four"))))
                .hasSize(4);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theEntryClassTakesTheArguments(Render render) throws Exception {
        JsonNode job = job(render);
        Class<?> entry = Class.forName(job.path("entryClass").asText());
        assertThat(entry).isEqualTo(StreamApplication.class);
        assertThat(Modifier.isStatic(entry.getMethod("main", String[].class).getModifiers()))
                .isTrue();
        new CommandLine(new StreamApplication())
                .parseArgs(Pod.texts(job.path("args")).toArray(String[]::new));
        // The jars are in Flink's lib: named here too, they would have a second class loader.
        assertThat(job.has("jarURI")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theSettingsAreTheJobs(Render render) throws Exception {
        StreamSettings settings = settings(render);
        Map<String, String> flink = FlinkSettings.of(render);
        // The job's own stand over the cluster's, and the operator sees the cluster's.
        assertThat(settings.flink().parallelism())
                .isEqualTo(job(render).path("parallelism").asInt());
        assertThat(settings.flink().checkpointDirectory()).isEqualTo(flink.get("execution.checkpointing.dir"));
        assertThat(settings.flink().parallelism())
                .isLessThanOrEqualTo(render.named("KafkaTopic", settings.kafka().imagesTopic())
                        .path("spec")
                        .path("partitions")
                        .asInt());
        assertThat(flink)
                .containsEntry(
                        "job.autoscaler.vertex.max-parallelism",
                        render.named("KafkaTopic", settings.kafka().imagesTopic())
                                .path("spec")
                                .path("partitions")
                                .asText());
        assertThat(flink.get("jobmanager.scheduler")).isEqualTo("Default");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void allThatOutlivesAPodLiesInTheBucket(Render render) throws Exception {
        String bucket = Files.readAllLines(Render.FOLDER.resolve("base").resolve("places.env")).stream()
                .filter(line -> line.startsWith("bucket="))
                .map(line -> "s3://" + line.substring("bucket=".length()) + "/")
                .findAny()
                .orElseThrow();
        assertThat(FlinkSettings.of(render))
                .containsEntry("high-availability.storageDir", bucket + "high-availability")
                .containsEntry("execution.checkpointing.dir", bucket + "checkpoints")
                .containsEntry("execution.checkpointing.savepoint-dir", bucket + "savepoints");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void hasAllThatFlinkIsGivenEverywhere(Render render) throws Exception {
        JsonNode spec = render.only("FlinkDeployment").path("spec");
        Map<String, String> given = new TreeMap<>(FlinkSettings.of(render));
        // What the operator makes of the resources.
        given.put(
                "jobmanager.memory.process.size",
                spec.at("/jobManager/resource/memory").asText());
        given.put(
                "taskmanager.memory.process.size",
                spec.at("/taskManager/resource/memory").asText());
        JsonNode everywhere = Render.documents(Files.readString(Path.of("conf", "flink.yaml")))
                .get(0);
        assertThat(everywhere.properties()).hasSizeGreaterThan(10).allSatisfy(setting -> assertThat(given)
                .containsEntry(setting.getKey(), setting.getValue().asText()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void memoryAddsUp(Render render) {
        JsonNode spec = render.only("FlinkDeployment").path("spec");
        Configuration flink = Configuration.fromMap(FlinkSettings.of(render));
        flink.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec.path("taskManager")));
        flink.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec.path("jobManager")));
        TaskExecutorProcessSpec tasks = TaskExecutorProcessUtils.processSpecFromConfig(flink);
        assertThat(tasks.getTaskHeapSize().getMebiBytes()).isGreaterThan(500);
        assertThat(JobManagerProcessUtils.processSpecFromConfig(flink)
                        .getJvmHeapMemorySize()
                        .getMebiBytes())
                .isGreaterThan(400);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void reportersAreThere(Render render) throws Exception {
        Map<String, String> flink = FlinkSettings.of(render);
        for (String reporter : List.of("prom", "warm-start")) {
            assertThat(Class.forName(flink.get("metrics.reporter." + reporter + ".factory.class")))
                    .isAssignableTo(MetricReporterFactory.class);
        }
        JsonNode port = Pod.json(Integer.parseInt(flink.get("metrics.reporter.prom.port")));
        assertThat(Pod.all(render)).filteredOn(Pod::isFlink).hasSize(2).allMatch(pod -> pod.hasPort(port));
    }

    private static MemorySize memory(JsonNode role) {
        return MemorySize.parse(role.path("resource").path("memory").asText());
    }

    private static JsonNode job(Render render) {
        return render.only("FlinkDeployment").path("spec").path("job");
    }

    private StreamSettings settings(Render render) throws Exception {
        String file = job(render).path("args").get(0).asText();
        assertThat(file).startsWith(SETTINGS);
        Path copy = folder.resolve("stream.yaml");
        Files.writeString(
                copy,
                render.named("ConfigMap", "catalog-tagger-settings")
                        .path("data")
                        .path(file.substring(SETTINGS.length()))
                        .asText());
        return StreamSettings.read(copy);
    }
}
