package org.catalogtagger.deploy.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What a job held over time, in four charts of one picture. */
final class SoakChart {
    private static final int WIDTH = 700;
    private static final int HEIGHT = 380;

    private SoakChart() {}

    static void write(List<JobSample> samples, Path file) throws IOException {
        List<XYChart> charts = List.of(
                chart(
                        samples,
                        "memory, MB",
                        Map.of(
                                "resident", JobSample::residentMegabytes,
                                "heap, with garbage", JobSample::heapMegabytes,
                                "outside the heap", JobSample::outsideMegabytes)),
                chart(
                        samples,
                        "threads and handles",
                        Map.of("threads", JobSample::threads, "open files and sockets", JobSample::handles)),
                chart(
                        samples,
                        "from event to committed tag, ms",
                        Map.of("P50", JobSample::p50Millis, "P99", JobSample::p99Millis)),
                chart(samples, "checkpoint, MB", Map.of("last checkpoint", JobSample::checkpointMegabytes)));
        BitmapEncoder.saveBitmap(charts, 2, 2, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static XYChart chart(
            List<JobSample> samples, String title, Map<String, ToDoubleFunction<JobSample>> series) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("minutes")
                .build();
        chart.getStyler().setYAxisMin(0.0).setXAxisMin(0.0).setChartBackgroundColor(java.awt.Color.WHITE);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        new TreeMap<>(series).forEach((name, figure) -> {
            // A line does not go through samples that have no such figure.
            List<JobSample> those = samples.stream()
                    .filter(sample -> Double.isFinite(figure.applyAsDouble(sample)))
                    .toList();
            chart.addSeries(
                            name,
                            those.stream().mapToDouble(JobSample::minutes).toArray(),
                            those.stream().mapToDouble(figure).toArray())
                    .setMarker(SeriesMarkers.NONE);
        });
        return chart;
    }
}
