package org.catalogtagger.training.report;

import java.awt.Color;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** The charts that show what was published beside what was measured here, as PNG. */
public final class PublishedCharts {
    private PublishedCharts() {}

    /**
     * Losses by epoch of one run.
     *
     * @param published may be empty
     * @param measured of each time that it was run; may be empty
     */
    public static byte[] losses(List<Double> published, List<List<Double>> measured) {
        XYChart chart = new XYChartBuilder()
                .width(460)
                .height(260)
                .xAxisTitle("epoch")
                .yAxisTitle("loss")
                .build();
        Charts.style(chart.getStyler());
        chart.getStyler().setYAxisMin(0.0);
        if (!published.isEmpty()) {
            Charts.byEpoch(chart, "published", numbers(published), published, Charts.GRAY);
        }
        for (int i = 0; i < measured.size(); i++) {
            if (!measured.get(i).isEmpty()) {
                String name = i == 0 ? "here" : "repeat " + (i + 1);
                Charts.byEpoch(chart, name, numbers(measured.get(i)), measured.get(i), Charts.BLUE);
                Objects.requireNonNull(chart.getSeriesMap().get(name)).setShowInLegend(i == 0);
            }
        }
        return Charts.png(chart);
    }

    /**
     * One figure of each class.
     *
     * @param figure what it is
     * @param published one per class, or none at all
     * @param measured one per class, or none at all
     */
    public static byte[] classes(
            String figure, List<String> classes, List<? extends Number> published, List<? extends Number> measured) {
        CategoryChart chart = Charts.bars(figure, classes);
        // Inside, it would lie over the bars of the last classes.
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setLegendVisible(true);
        chart.getStyler()
                .setSeriesColors(
                        published.isEmpty() ? new Color[] {Charts.BLUE} : new Color[] {Charts.GRAY, Charts.BLUE});
        if (!published.isEmpty()) {
            chart.addSeries("published", classes, published);
        }
        if (!measured.isEmpty()) {
            chart.addSeries("here", classes, measured);
        }
        return Charts.png(chart);
    }

    private static List<Integer> numbers(List<Double> values) {
        return IntStream.rangeClosed(1, values.size()).boxed().toList();
    }
}
