package org.catalogtagger.streaming.metrics;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.catalogtagger.cli.CommandException;

/**
 * Makes the endpoint that Prometheus scrapes. In Flink's configuration:
 *
 * <pre>
 * metrics.reporter.prom.factory.class: org.catalogtagger.streaming.metrics.PrometheusEndpointFactory
 * metrics.reporter.prom.host: 127.0.0.1
 * metrics.reporter.prom.port: 9249
 * </pre>
 */
public final class PrometheusEndpointFactory implements MetricReporterFactory {
    static final String HOST = "host";
    static final String PORT = "port";

    private static final String REPORTER = "metrics.reporter.prom.";

    /** Called by Flink's service loader. */
    public PrometheusEndpointFactory() {}

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return new PrometheusEndpoint();
    }

    /**
     * Lets a Flink in this JVM be scraped.
     *
     * @param flinksToo not only what the job tells of itself, but also what Flink and Kafka's clients do, hundreds of
     *     metrics whose names are not as Prometheus has them
     */
    public static void configure(Configuration flink, String host, int port, boolean flinksToo) {
        flink.setString(REPORTER + "factory.class", PrometheusEndpointFactory.class.getName());
        flink.setString(REPORTER + HOST, host);
        flink.setString(REPORTER + PORT, Integer.toString(port));
        if (!flinksToo) {
            flink.setString(REPORTER + "filter.includes", "*." + JobMetrics.GROUP + "*");
        }
    }

    /**
     * Makes sure that it can listen there: Flink would only log that it cannot.
     *
     * @throws CommandException if not
     */
    public static void requireFree(String host, int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getByName(host)).close();
        } catch (IOException e) {
            throw new CommandException(
                    "flink.prometheus: cannot listen at %s, port %d: %s".formatted(host, port, e.getMessage()), e);
        }
    }
}
