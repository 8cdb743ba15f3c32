package org.catalogtagger.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which of our jars Flink's own {@code lib/} has; {@code .ci/stand-ins/pom.xml} is what is known of that. */
class OfFlinkTest {
    /** Of Flink's project, but not in the {@code lib/} of its distribution: there are plugins, or releases of their own. */
    private static final Set<String> OURS =
            Set.of("flink-connector-kafka", "flink-metrics-prometheus", "flink-ml-core", "flink-ml-servable-core");

    /** On the tests' class path only. */
    private static final Set<String> OF_TESTS =
            Set.of("flink-kubernetes", "flink-test-utils", "flink-test-utils-junit");

    private static final Pattern JAR = Pattern.compile("(.+?)-\\d+\\..*\\.jar");

    @Test
    void eachJarOfFlinksIsItsOrOurs() throws IOException {
        Set<String> flinks = new TreeSet<>(listed());
        flinks.removeIf(name -> !name.startsWith("flink-"));
        flinks.addAll(OURS);
        Set<String> found = new TreeSet<>(classPath());
        found.removeIf(name -> !name.startsWith("flink-") || OF_TESTS.contains(name));
        assertThat(found).isEqualTo(flinks);
    }

    @Test
    void whatIsListedIsThere() throws IOException {
        assertThat(classPath()).containsAll(listed());
    }

    private static Set<String> listed() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("conf/of-flink.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                names.add(line);
            }
        }
        return names;
    }

    private static Set<String> classPath() {
        Set<String> names = new TreeSet<>();
        // Surefire's own java.class.path is a jar that names the others.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Matcher jar = JAR.matcher(String.valueOf(Path.of(entry).getFileName()));
            if (jar.matches() && !entry.endsWith("-tests.jar")) {
                names.add(jar.group(1));
            }
        }
        return names;
    }
}
