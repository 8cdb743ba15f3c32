package org.catalogtagger.streaming.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.catalogtagger.model.bundle.Brightness;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Row;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;

/**
 * How a model did on its test part: what its accuracy is compared with from now on.
 *
 * @param wrong images of the test that were tagged wrong, by truth and then by the label given
 * @param brightness images of the test by their mean level, as {@link AccuracyCounts#brightness()} has them; empty if not known
 * @param calibration images of the test by confidence, as {@link AccuracyCounts#bins()} has tags; empty if not known
 */
public record ModelBaseline(
        String modelVersion,
        List<ClassAccuracy> classes,
        Map<String, Row> wrong,
        List<Long> brightness,
        List<Bin> calibration) {
    /** From what a bundle says of its test: by class, from the confusion matrix. */
    public static ModelBaseline of(
            String modelVersion, ConfusionMatrix evaluation, Brightness brightness, Calibration calibration) {
        long[][] counts = evaluation.counts();
        List<ClassAccuracy> classes = new ArrayList<>();
        for (ConfusionMatrix.ClassAccuracy ofClass : evaluation.perClass()) {
            int column = classes.size();
            long predicted = 0;
            for (long[] row : counts) {
                predicted += row[column];
            }
            classes.add(new ClassAccuracy(ofClass.label(), ofClass.support(), predicted, ofClass.correct()));
        }
        return new ModelBaseline(modelVersion, classes, wrong(classes, counts), brightness.images(), bins(calibration));
    }

    private static Map<String, Row> wrong(List<ClassAccuracy> classes, long[][] counts) {
        Map<String, Row> wrong = new HashMap<>();
        for (int truth = 0; truth < counts.length; truth++) {
            Map<String, Long> labels = new HashMap<>();
            for (int given = 0; given < counts.length; given++) {
                if (given != truth && counts[truth][given] > 0) {
                    labels.put(classes.get(given).label(), counts[truth][given]);
                }
            }
            if (!labels.isEmpty()) {
                wrong.put(classes.get(truth).label(), new Row(labels));
            }
        }
        return wrong;
    }

    /** A bundle from elsewhere may have other bins: each is where its mean confidence is. */
    private static List<Bin> bins(Calibration calibration) {
        List<Bin> bins = new ArrayList<>();
        for (Calibration.Bin tested : calibration.bins()) {
            int bin = AccuracyCounter.binOf(tested.confidence(), AccuracyCounts.BINS);
            while (bins.size() <= bin) {
                bins.add(new Bin(0, 0, 0));
            }
            long images = tested.images();
            Bin more = new Bin(images, images * tested.confidence(), Math.round(images * tested.accuracy()));
            bins.set(bin, bins.get(bin).plus(more));
        }
        return bins;
    }
}
