package org.catalogtagger.streaming.process;

import ai.djl.ndarray.NDManager;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.image.UnreadableImageException;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads PyTorch and OpenCV when a TaskManager starts, so that one that had no task yet takes over at once. It reports no metrics:
 * a reporter is what Flink lets a process have that has no tasks. In Flink's configuration:
 *
 * <pre>
 * metrics.reporter.warm-start.factory.class: org.catalogtagger.streaming.process.WarmStart
 * </pre>
 */
public final class WarmStart implements MetricReporterFactory {
    private static final Logger LOG = LoggerFactory.getLogger(WarmStart.class);

    /** A JPEG file. */
    private static final String WHITE_PIXEL =
            """
            /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////////////
            ////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AR//Z
            """;

    /** Called by Flink's service loader. */
    public WarmStart() {}

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new InTaskManagers();
    }

    /** Does in this JVM what the first task would wait for. */
    static void warm() {
        ImageSize input = ImageSize.NOTEBOOK;
        byte[] pixels;
        try {
            pixels = new ImageDecoder(input, ImageLimits.DEFAULT)
                    .decode(Base64.getMimeDecoder().decode(WHITE_PIXEL));
        } catch (UnreadableImageException e) {
            throw new IllegalStateException(e);
        }
        Architecture smallest = new Architecture(List.of(input.pixels(), 2), Activation.RELU, false, 0);
        try (NDManager manager = PyTorch.newManager();
                Classifier classifier = new Classifier(
                        manager,
                        Ensemble.of(Network.untrained(smallest, Initialization.ZEROS, manager)),
                        List.of("one", "other"),
                        new Normalization.None(),
                        input,
                        0)) {
            List<Prediction> unused = classifier.classify(List.of(pixels));
        }
    }

    private static final class InTaskManagers implements MetricReporter {
        @Override
        public void open(MetricConfig config) {
            if (FlinkProcesses.isTaskManager()) {
                Thread thread = new Thread(this::run, "catalog-tagger-warm-start");
                thread.setDaemon(true);
                thread.start();
            }
        }

        /** What cannot be loaded is told by the task that needs it. */
        private void run() {
            long start = System.nanoTime();
            try {
                warm();
                LOG.info("PyTorch and OpenCV are loaded after {} ms", (System.nanoTime() - start) / 1_000_000);
            } catch (RuntimeException | LinkageError e) {
                LOG.warn("not loaded before the first task", e);
            }
        }

        @Override
        public void close() {}

        @Override
        public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {}

        @Override
        public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
    }
}
