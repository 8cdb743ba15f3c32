package org.catalogtagger.streaming.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.ServiceLoader;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;

class WarmStartTest {
    /** What is mapped into this process says which natives are loaded. */
    @Test
    void loadsTheNativesOfATask() throws Exception {
        WarmStart.warm();
        assertThat(Files.readString(Path.of("/proc/self/maps"))).contains("libtorch_cpu", "opencv_imgcodecs");
        // As a second TaskManager of the JVM would; loaded once.
        WarmStart.warm();
    }

    @Test
    void flinkFindsIt() {
        assertThat(ServiceLoader.load(MetricReporterFactory.class)).hasAtLeastOneElementOfType(WarmStart.class);
    }

    @Test
    void doesNothingInOtherProcesses() {
        MetricReporter reporter = new WarmStart().createMetricReporter(new Properties());
        reporter.open(new MetricConfig());
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("catalog-tagger-warm-start"));
        reporter.close();
    }
}
