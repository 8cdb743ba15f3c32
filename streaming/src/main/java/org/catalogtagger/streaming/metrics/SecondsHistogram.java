package org.catalogtagger.streaming.metrics;

import java.util.Arrays;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** The last 1,000 of some durations, which are counted in smaller units and told in seconds. */
public final class SecondsHistogram implements Histogram {
    private static final int WINDOW = 1000;

    private final DescriptiveStatisticsHistogram counted = new DescriptiveStatisticsHistogram(WINDOW);
    private final double unitsPerSecond;

    /** Of durations of which so many are a second. */
    public SecondsHistogram(double unitsPerSecond) {
        this.unitsPerSecond = unitsPerSecond;
    }

    @Override
    public void update(long units) {
        counted.update(units);
    }

    @Override
    public long getCount() {
        return counted.getCount();
    }

    @Override
    public HistogramStatistics getStatistics() {
        HistogramStatistics statistics = counted.getStatistics();
        return new HistogramStatistics() {
            @Override
            public double getQuantile(double quantile) {
                return statistics.getQuantile(quantile) / unitsPerSecond;
            }

            /** In whole seconds. */
            @Override
            public long[] getValues() {
                return Arrays.stream(statistics.getValues())
                        .map(value -> Math.round(value / unitsPerSecond))
                        .toArray();
            }

            @Override
            public int size() {
                return statistics.size();
            }

            @Override
            public double getMean() {
                return statistics.getMean() / unitsPerSecond;
            }

            @Override
            public double getStdDev() {
                return statistics.getStdDev() / unitsPerSecond;
            }

            /** In whole seconds. */
            @Override
            public long getMax() {
                return Math.round(statistics.getMax() / unitsPerSecond);
            }

            /** In whole seconds. */
            @Override
            public long getMin() {
                return Math.round(statistics.getMin() / unitsPerSecond);
            }
        };
    }
}
