package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.ExpectedAccuracy;
import org.catalogtagger.streaming.accuracy.TagsByLabel;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.jspecify.annotations.Nullable;

/** Watches what share of tags should be right, judged without labels by the model's test, a window at a time. Not thread-safe. */
final class ExpectedMonitor {
    private static final int WINDOWS_AT_A_TIME = new ExpectedFall().windowsAtATime();

    private final MixMonitor fall = new MixMonitor(Kind.EXPECTED_ACCURACY);
    private TagsByLabel window = TagsByLabel.NONE;
    private long since;

    /** Not state: of a test is told whenever the job starts. Until then tags wait in the window. */
    @JsonIgnore
    private @Nullable ExpectedAccuracy test;

    /** Takes what the model's test says; nothing is expected of a model that was not tested. */
    void baseline(List<ClassAccuracy> classes, Map<String, Map<String, Long>> wrong) {
        if (classes.stream().anyMatch(ofClass -> ofClass.support() > 0)) {
            Map<String, Row> rows = new HashMap<>();
            wrong.forEach((truth, labels) -> rows.put(truth, new Row(labels)));
            test = new ExpectedAccuracy(classes, rows);
        }
    }

    Optional<DriftAlert> open() {
        return fall.open();
    }

    /** Makes what should be right since the fall what later windows are compared with. */
    Optional<DriftAlert> accept(long time) {
        return fall.accept(time);
    }

    /** Takes tags; an alert that they open or close. */
    Optional<DriftAlert> add(AccuracyCounts counts, long eventTime, String modelVersion, DriftSettings settings) {
        since = window.tagged().isEmpty() ? eventTime : since;
        window = window.plus(counts);
        ExpectedAccuracy tested = test;
        long tags = window.count();
        if (tested == null || tags < (long) settings.windowTags() * WINDOWS_AT_A_TIME) {
            return Optional.empty();
        }
        Expectation expected = tested.of(window);
        window = TagsByLabel.NONE;
        TagWindow closed = new TagWindow();
        closed.add(Map.of("tags", tags), tags * expected.accuracy(), since);
        closed.add(Map.of(), 0, eventTime);
        return fall.addWindow(closed, eventTime, modelVersion, settings)
                .map(alert -> alert.status() == Status.OPEN
                        ? fall.explained(String.format(
                                Locale.ROOT,
                                "; 95 %% interval %.1f to %.1f %%",
                                100 * expected.lower(),
                                100 * expected.upper()))
                        : alert);
    }
}
