package org.catalogtagger.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.configuration.KubernetesConfigOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** What a FlinkDeployment gives Flink for its configuration. */
final class FlinkSettings {
    private static final List<Class<?>> OPTIONS = List.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            KubernetesConfigOptions.class,
            MetricOptions.class,
            PipelineOptions.class,
            RestOptions.class,
            RestartStrategyOptions.class,
            RocksDBOptions.class,
            StateBackendOptions.class,
            StateRecoveryOptions.class,
            TaskManagerOptions.class);

    private static final Path OPERATORS = Path.of("src", "test", "resources", "operator-settings.txt");

    /** Of reporters, whose factories name their own. */
    private static final Set<String> REPORTERS = Set.of(
            "metrics.reporter.prom.factory.class",
            "metrics.reporter.prom.host",
            "metrics.reporter.prom.port",
            "metrics.reporter.warm-start.factory.class");

    private final Map<String, ConfigOption<?>> options = new HashMap<>();
    private final Set<String> others = new HashSet<>(REPORTERS);

    FlinkSettings() throws IOException, IllegalAccessException {
        for (Class<?> holder : OPTIONS) {
            for (Field field : holder.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                    options.put(option.key(), option);
                }
            }
        }
        Files.readAllLines(OPERATORS).stream()
                .filter(line -> !line.startsWith("#"))
                .forEach(others::add);
    }

    /** Those of an overlay. */
    static Map<String, String> of(Render render) {
        Map<String, String> settings = new TreeMap<>();
        JsonNode given = render.only("FlinkDeployment").path("spec").path("flinkConfiguration");
        given.properties()
                .forEach(setting ->
                        settings.put(setting.getKey(), setting.getValue().asText()));
        return settings;
    }

    /** What is wrong: names that neither Flink nor the operator has, or had only in earlier releases; values that cannot be read. */
    List<String> faults(Map<String, String> settings) {
        Configuration configuration = Configuration.fromMap(settings);
        List<String> faults = new ArrayList<>();
        for (String name : settings.keySet()) {
            ConfigOption<?> option = options.get(name);
            if (option == null && !others.contains(name)) {
                faults.add("no setting " + name);
            }
            if (option != null) {
                try {
                    Optional<?> unused = configuration.getOptional(option);
                } catch (IllegalArgumentException e) {
                    faults.add(name + ": " + e.getMessage());
                }
            }
        }
        return faults;
    }
}
