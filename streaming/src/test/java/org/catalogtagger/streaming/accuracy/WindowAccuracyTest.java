package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.json.JsonValues;
import org.junit.jupiter.api.Test;

class WindowAccuracyTest {
    @Test
    void bytesAreThoseOfUtf8() {
        for (String script : List.of("a", "é", "領")) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int i = 0; i < 50; i++) {
                String label = script.repeat(200) + i;
                TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of(label), 0.8f, 200, false);
                counter.countTagged(tag);
                counter.countLabelled(tag, label, SampledTags.NOT_DECLARED, 0, 1);
            }
            WindowAccuracy window = WindowAccuracy.of(new Window(0, 60_000), 0, "v1", "", counter.counts());
            assertThat(window.approximateBytes())
                    .as(script)
                    .isCloseTo(JsonValues.accuracy(window).length, withinPercentage(10));
        }
    }
}
