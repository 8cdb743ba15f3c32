package org.catalogtagger.streaming.bundles;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.ConfigConstants;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.core.plugin.PluginUtils;
import org.catalogtagger.cli.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * Flink's file systems in a process of ours, as Flink's own processes have them: from its plugins, with the settings of its
 * {@code config.yaml}. {@code FLINK_PLUGINS_DIR} and {@code FLINK_CONF_DIR} say where these are.
 */
public final class FlinkFileSystems {
    private FlinkFileSystems() {}

    /** Makes them known, before the first is used. */
    public static void open() {
        open(Map.of());
    }

    /**
     * The same with more settings.
     *
     * @param properties over those of {@code config.yaml}
     * @throws CommandException if a folder is named that is none, or holds what Flink cannot read
     */
    public static void open(Map<String, String> properties) {
        try {
            Configuration flink = GlobalConfiguration.loadConfiguration(Configuration.fromMap(properties));
            FileSystem.initialize(flink, plugins(flink));
        } catch (IllegalConfigurationException e) {
            throw new CommandException("Flink's file systems: " + e.getMessage(), e);
        }
    }

    /** Only if they are named: Flink would else run what lies in a folder {@code plugins} of the working directory. */
    private static @Nullable PluginManager plugins(Configuration flink) {
        String folder = System.getenv(ConfigConstants.ENV_FLINK_PLUGINS_DIR);
        if (folder == null) {
            return null;
        }
        if (!Files.isDirectory(Path.of(folder))) {
            throw new CommandException("FLINK_PLUGINS_DIR: no folder at " + folder);
        }
        return PluginUtils.createPluginManagerFromRootFolder(flink);
    }
}
