package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.TaskManagerOptions;

/** The names of Flink's own settings, as the classes of flink-core declare them. */
final class FlinkOptions {
    private static final Set<String> KEYS = keys();

    private FlinkOptions() {}

    static boolean isKnown(String key) {
        return KEYS.contains(key) || key.matches("metrics\\.reporter\\.\\w+\\.(factory\\.class|host|port)");
    }

    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        URI jar = URI.create("jar:"
                + TaskManagerOptions.class.getProtectionDomain().getCodeSource().getLocation());
        try (FileSystem files = FileSystems.newFileSystem(jar, Map.of());
                Stream<Path> classes = Files.list(files.getPath("org/apache/flink/configuration"))) {
            List<String> names = classes.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\w+Options\\.class"))
                    .map(name -> "org.apache.flink.configuration." + name.replace(".class", ""))
                    .toList();
            for (String name : names) {
                for (Field field : Class.forName(name).getFields()) {
                    if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                        keys.add(option.key());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("an option of Flink", e);
        }
        return keys;
    }
}
