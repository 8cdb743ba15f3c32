package org.catalogtagger.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.AxisTickCalculator;

class ChartsTest {
    /** One that says where its labels are. */
    private static final class Open extends XYChart {
        Open() {
            super(new XYChartBuilder()
                    .width(500)
                    .height(315)
                    .xAxisTitle("epoch")
                    .yAxisTitle("loss"));
        }

        AxisTickCalculator ticks() {
            return axisPair.getXAxis().getAxisTickCalculator();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 30, 80, 200, 1000})
    void epochsAreLabelledWithRoomBetweenThem(int epochs) {
        Open chart = new Open();
        Charts.style(chart.getStyler());
        List<Integer> numbers = IntStream.rangeClosed(1, epochs).boxed().toList();
        Charts.byEpoch(chart, "training", numbers, Collections.nCopies(epochs, 1.0), Color.BLUE);
        byte[] unused = Charts.png(chart);
        List<String> labels = chart.ticks().getTickLabels();
        List<Double> places = chart.ticks().getTickLocations();
        double last = -1e9;
        int shown = 0;
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i) != null && !labels.get(i).isEmpty()) {
                assertThat(places.get(i) - last)
                        .as("before %s", labels.get(i))
                        .isGreaterThan(Charts.LABEL_PIXELS / 2.0);
                last = places.get(i);
                shown++;
            }
        }
        assertThat(shown).isPositive();
    }
}
