package org.catalogtagger.streaming.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.highavailability.ApplicationResultStoreOptions;
import org.apache.flink.runtime.highavailability.JobResultStoreOptions;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flink's processes by the settings that all ways to deploy share. */
class FlinkProcessTest {
    static final Path SHARED = Path.of("../deploy/conf");

    private static final List<Class<?>> OPTIONS = List.of(
            ApplicationResultStoreOptions.class,
            BlobServerOptions.class,
            CoreOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            JobResultStoreOptions.class,
            RestOptions.class,
            RestartStrategyOptions.class,
            TaskManagerOptions.class);

    @TempDir
    private Path folder;

    /** Flink takes any key, and says of a value what is wrong with it when the job starts, or never. */
    @Test
    void eachSettingIsOneThatFlinkHasAndCanRead() throws Exception {
        Map<String, ConfigOption<?>> known = OPTIONS.stream()
                .flatMap(FlinkProcessTest::options)
                .collect(Collectors.toMap(ConfigOption::key, Function.identity(), (first, same) -> first));
        for (Kind kind : Set.of(Kind.JOBMANAGER, Kind.TASKMANAGER)) {
            Configuration flink = process(kind).configuration();
            for (String key : flink.keySet()) {
                if (!key.startsWith("metrics.reporter.")) {
                    assertThat(known).containsKey(key);
                    assertThatCode(() -> flink.get(known.get(key))).as(key).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void writesWhatFlinkReadsBack() throws Exception {
        FlinkProcess process = process(Kind.TASKMANAGER);
        process.write(folder.resolve("config.yaml"));
        assertThat(GlobalConfiguration.loadConfiguration(folder.toString()).toMap())
                .containsAllEntriesOf(process.configuration().toMap());
    }

    @Test
    void givesTheJvmTheMemoryThatIsConfigured() throws Exception {
        assertThat(process(Kind.TASKMANAGER).jvmOptions())
                .anyMatch(option -> option.startsWith("-Xmx"))
                .anyMatch(option -> option.startsWith("-XX:MaxDirectMemorySize="))
                .contains("--add-opens=java.base/java.lang=ALL-UNNAMED");
        assertThat(process(Kind.JOBMANAGER).arguments(folder, Path.of("stream.yaml")))
                .containsSubsequence(
                        "--job-classname", "org.catalogtagger.streaming.commands.StreamApplication", "stream.yaml")
                .endsWith("stream.yaml");
    }

    /** The launcher's own options are what Flink's processes need too. */
    @Test
    void opensWhatTheLauncherOpens() throws Exception {
        String launcher = Files.readString(SHARED.resolve("../bin/tagger"));
        for (String option : process(Kind.TASKMANAGER).jvmOptions()) {
            if (option.startsWith("--")) {
                assertThat(launcher).contains(option);
            }
        }
    }

    private FlinkProcess process(Kind kind) throws Exception {
        ClusterPlan plan =
                ClusterPlan.of(Map.of(Kind.ZOOKEEPER, 1, Kind.BROKER, 1, Kind.JOBMANAGER, 1, Kind.TASKMANAGER, 1));
        return FlinkProcess.of(SHARED.resolve("flink.yaml"), plan.member(kind, 1), plan, folder, folder);
    }

    private static Stream<ConfigOption<?>> options(Class<?> type) {
        return Stream.of(type.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class)
                .map(field -> {
                    try {
                        return (ConfigOption<?>) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                });
    }
}
