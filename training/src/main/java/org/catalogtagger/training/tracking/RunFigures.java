package org.catalogtagger.training.tracking;

import java.util.LinkedHashMap;
import java.util.Map;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.training.fit.EpochResult;

/** The names under which all programs get a run's figures. */
final class RunFigures {
    private RunFigures() {}

    static Map<String, Double> of(EpochResult epoch) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", epoch.loss());
        figures.put("accuracy/training", epoch.accuracy());
        epoch.validationAccuracy().ifPresent(figure -> figures.put("accuracy/validation", figure));
        epoch.validationMacroRecall().ifPresent(figure -> figures.put("macro_recall/validation", figure));
        figures.put("images_per_second", epoch.imagesPerSecond());
        return figures;
    }

    static Map<String, Double> of(ConfusionMatrix test) {
        return Map.of("accuracy/test", test.accuracy(), "macro_recall/test", test.macroRecall());
    }
}
