package org.catalogtagger.streaming.watch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The confusion matrix of the classes of which there is most: one of all would grow with the square of their number.
 *
 * @param labels in the order of their names
 * @param rows by truth, columns by label, both in that order
 * @param truths by label: all that were given to images of each truth, those of classes too that are not shown
 * @param leftOut classes that are not shown
 */
record ShownConfusion(List<String> labels, List<long[]> rows, List<Long> truths, int leftOut) {
    private static final int MAX_CLASSES = 60;

    /**
     * Of classes.
     *
     * @param counts by truth and then by label
     */
    static ShownConfusion of(List<AccuracySummary.OneClass> classes, Map<String, Map<String, Long>> counts) {
        List<AccuracySummary.OneClass> shown = classes.stream()
                .sorted(Comparator.comparingLong(
                                (AccuracySummary.OneClass ofClass) -> Math.max(ofClass.support(), ofClass.tagged()))
                        .reversed())
                .limit(MAX_CLASSES)
                .sorted(Comparator.comparing(AccuracySummary.OneClass::label))
                .toList();
        List<String> labels =
                shown.stream().map(AccuracySummary.OneClass::label).toList();
        List<long[]> rows = new ArrayList<>();
        for (String truth : labels) {
            Map<String, Long> row = counts.getOrDefault(truth, Map.of());
            rows.add(labels.stream()
                    .mapToLong(label -> row.getOrDefault(label, 0L))
                    .toArray());
        }
        List<Long> truths =
                shown.stream().map(AccuracySummary.OneClass::support).toList();
        return new ShownConfusion(labels, rows, truths, classes.size() - labels.size());
    }
}
