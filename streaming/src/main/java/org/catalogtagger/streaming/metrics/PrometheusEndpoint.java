package org.catalogtagger.streaming.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.prometheus.AbstractPrometheusReporter;
import org.jspecify.annotations.Nullable;

/**
 * Flink's Prometheus reporter, except that it listens where it is told (Flink's own listens at all addresses of the
 * machine) and that what is named {@code _total} is a counter (Flink's own calls all a gauge).
 */
final class PrometheusEndpoint extends AbstractPrometheusReporter {
    private static final String COUNTER_SUFFIX = "_total";

    private @Nullable HTTPServer server;

    @Override
    public void open(MetricConfig config) {
        // Classes are called "Casual Shoes", not "Casual_Shoes".
        config.putIfAbsent("filterLabelValueCharacters", "false");
        super.open(config);
        CollectorRegistry flinks = registry();
        CollectorRegistry typed = new CollectorRegistry();
        typed.register(new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                return typed(flinks.metricFamilySamples());
            }
        });
        String host = config.getString(PrometheusEndpointFactory.HOST, "127.0.0.1");
        int port = config.getInteger(PrometheusEndpointFactory.PORT, 0);
        try {
            server = new HTTPServer(new InetSocketAddress(host, port), typed, true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at %s, port %d".formatted(host, port), e);
        }
    }

    /** Flink keeps it to its own package; a test sees that it is there. */
    private CollectorRegistry registry() {
        try {
            Field field = AbstractPrometheusReporter.class.getDeclaredField("registry");
            field.setAccessible(true);
            return (CollectorRegistry) field.get(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Flink keeps its Prometheus metrics elsewhere", e);
        }
    }

    private static List<MetricFamilySamples> typed(Enumeration<MetricFamilySamples> families) {
        List<MetricFamilySamples> typed = new ArrayList<>();
        while (families.hasMoreElements()) {
            MetricFamilySamples family = families.nextElement();
            boolean counts = family.type == Collector.Type.GAUGE && family.name.endsWith(COUNTER_SUFFIX);
            typed.add(
                    counts
                            ? new MetricFamilySamples(family.name, Collector.Type.COUNTER, family.help, family.samples)
                            : family);
        }
        return typed;
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop();
        }
        super.close();
    }
}
