package org.catalogtagger.training.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.training.evaluate.ClassResult;
import org.catalogtagger.training.fit.EpochResult;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The charts of a report, as PNG. */
public final class Charts {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;

    /** Pixels per unit, for sharp screens. */
    private static final int SCALE = 2;

    /** Between two labels of an axis of numbers: as wide as the widest of them, and some. */
    static final int LABEL_PIXELS = 60;

    static final Color BLUE = new Color(0x2F6FB0);
    private static final Color ORANGE = new Color(0xD9772B);
    static final Color GRAY = new Color(0x8A8F98);

    private Charts() {}

    /** Images of each class in the training and the test part. */
    static byte[] classDistribution(List<String> classes, List<Integer> train, List<Integer> test) {
        CategoryChart chart = bars("images", classes);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        chart.getStyler().setLegendVisible(true);
        chart.getStyler().setSeriesColors(new Color[] {BLUE, ORANGE});
        chart.addSeries("training", classes, train);
        chart.addSeries("test", classes, test);
        return png(chart);
    }

    /** Recall of each class with its confidence interval. */
    static byte[] classAccuracy(List<ClassResult> results) {
        List<String> classes = results.stream().map(ClassResult::label).toList();
        CategoryChart chart = bars("recall, %", classes);
        chart.getStyler().setSeriesColors(new Color[] {BLUE});
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
        List<Double> recall =
                results.stream().map(result -> 100 * result.recall()).toList();
        chart.getStyler().setOverlapped(true);
        chart.addSeries("recall", classes, recall);
        // XChart's bars of error are as long above as below, and a Wilson interval is not centred on the recall: so
        // they
        // are drawn around invisible points in its middle.
        List<Double> middles = results.stream()
                .map(result -> 50 * (result.upper() + result.lower()))
                .toList();
        List<Double> halves = results.stream()
                .map(result -> 50 * (result.upper() - result.lower()))
                .toList();
        CategorySeries intervals = chart.addSeries("95 % interval", classes, middles, halves);
        intervals.setChartCategorySeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Scatter);
        intervals.setMarker(SeriesMarkers.NONE);
        return png(chart);
    }

    /** Loss by epoch. */
    static byte[] loss(List<EpochResult> history) {
        XYChart chart = lines("epoch", "loss");
        byEpoch(
                chart,
                "training",
                epochs(history),
                history.stream().map(EpochResult::loss).toList(),
                BLUE);
        return png(chart);
    }

    /** Accuracy by epoch. */
    static byte[] accuracy(List<EpochResult> history, double test) {
        XYChart chart = lines("epoch", "accuracy, %");
        List<Double> training =
                history.stream().map(epoch -> 100 * epoch.accuracy()).toList();
        byEpoch(chart, "training, while it is fitted", epochs(history), training, BLUE);
        List<EpochResult> validated = history.stream()
                .filter(epoch -> epoch.validationAccuracy().isPresent())
                .toList();
        if (!validated.isEmpty()) {
            List<Double> validation = validated.stream()
                    .map(epoch -> 100 * epoch.validationAccuracy().orElseThrow())
                    .toList();
            byEpoch(chart, "validation", epochs(validated), validation, ORANGE);
        }
        byEpoch(chart, "test, at the end", epochs(history), Collections.nCopies(history.size(), 100 * test), GRAY);
        return png(chart);
    }

    /** Accuracy against confidence; on the diagonal the model is as right as it is sure. */
    static byte[] calibration(Calibration calibration) {
        XYChart chart = lines("confidence, %", "accuracy, %");
        chart.getStyler().setXAxisDecimalPattern("0").setXAxisTickMarkSpacingHint(LABEL_PIXELS);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(100.0).setYAxisMin(0.0).setYAxisMax(100.0);
        List<Calibration.Bin> filled =
                calibration.bins().stream().filter(bin -> bin.images() > 0).toList();
        line(chart, "as right as sure", List.of(0.0, 100.0), List.of(0.0, 100.0), GRAY);
        line(
                chart,
                "this model",
                filled.stream().map(bin -> 100 * bin.confidence()).toList(),
                filled.stream().map(bin -> 100 * bin.accuracy()).toList(),
                BLUE);
        return png(chart);
    }

    /** Rows are the true classes, columns the answers; the darker, the larger the share of the row. */
    static byte[] confusion(ConfusionMatrix confusion) {
        int classes = confusion.classes().size();
        int side = Math.max(500, 20 * classes + 220);
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(side)
                .height(side)
                .xAxisTitle("answer")
                .yAxisTitle("truth")
                .build();
        style(chart.getStyler());
        chart.getStyler().setRangeColors(new Color[] {Color.WHITE, BLUE, new Color(0x0B2A4A)});
        chart.getStyler().setMin(0).setMax(100);
        chart.getStyler().setXAxisLabelRotation(90);
        chart.getStyler().setShowValue(false);
        long[][] counts = confusion.counts();
        // XChart counts rows from below.
        List<Integer> fromBelow =
                IntStream.range(0, classes).map(i -> classes - 1 - i).boxed().toList();
        List<Number[]> cells = IntStream.range(0, classes)
                .boxed()
                .flatMap(x -> IntStream.range(0, classes)
                        .mapToObj(y -> new Number[] {x, y, share(counts[fromBelow.get(y)], x)}))
                .toList();
        chart.addSeries(
                "% of the class",
                confusion.classes(),
                fromBelow.stream().map(confusion.classes()::get).toList(),
                cells);
        return png(chart);
    }

    private static double share(long[] row, int column) {
        long sum = 0;
        for (long count : row) {
            sum += count;
        }
        return sum == 0 ? 0 : 100.0 * row[column] / sum;
    }

    static CategoryChart bars(String title, List<String> classes) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(Math.max(WIDTH, 22 * classes.size()))
                .height(HEIGHT)
                .yAxisTitle(title)
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(90);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        return chart;
    }

    private static XYChart lines(String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH / 2)
                .height(HEIGHT * 3 / 4)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        return chart;
    }

    /**
     * A line over epochs. XChart labels numbers that are equally spaced one by one until they run into each other; with
     * one point between them, which is not drawn, it chooses round ones with room between them.
     */
    static void byEpoch(XYChart chart, String name, List<Integer> epochs, List<Double> y, Color color) {
        chart.getStyler().setXAxisDecimalPattern("0").setXAxisTickMarkSpacingHint(LABEL_PIXELS);
        List<Double> x = new ArrayList<>(List.of(epochs.get(0) - 0.5));
        epochs.forEach(epoch -> x.add((double) epoch));
        List<Double> values = new ArrayList<>(List.of(Double.NaN));
        values.addAll(y);
        line(chart, name, x, values, color);
    }

    private static void line(XYChart chart, String name, List<Double> x, List<Double> y, Color color) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setLineColor(color);
        series.setLineStyle(new BasicStroke(2));
        series.setMarkerColor(color);
        series.setMarker(x.size() > 30 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    }

    static void style(AxesChartStyler styler) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(font);
        styler.setAxisTitleFont(font);
        styler.setAxisTickLabelsFont(font.deriveFont(11f));
        styler.setPlotGridLinesColor(new Color(0xE3E6EA));
        styler.setMarkerSize(5);
    }

    private static List<Integer> epochs(List<EpochResult> history) {
        return history.stream().map(EpochResult::epoch).toList();
    }

    static byte[] png(Chart<?, ?> chart) {
        BufferedImage image =
                new BufferedImage(chart.getWidth() * SCALE, chart.getHeight() * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(SCALE, SCALE);
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
