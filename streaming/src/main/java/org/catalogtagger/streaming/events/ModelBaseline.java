package org.catalogtagger.streaming.events;

import java.util.ArrayList;
import java.util.List;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;

/** How a model did on its test part: what its accuracy is compared with from now on. */
public record ModelBaseline(String modelVersion, List<ClassAccuracy> classes) {
    public static ModelBaseline of(String modelVersion, ConfusionMatrix evaluation) {
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
        return new ModelBaseline(modelVersion, classes);
    }
}
