package org.catalogtagger.training.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.bundle.Calibration;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelDescription.Provenance;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.evaluate.ClassResult;
import org.catalogtagger.training.fit.EpochResult;

/**
 * All figures of a training run; {@code metrics.json} of its report.
 *
 * @param parameters that were fitted
 * @param history the epochs
 * @param epoch the one that the weights are of
 * @param seconds of all epochs
 * @param validation on the images that were kept for validation, if there were any
 * @param accuracy on the held-out images, 0 to 1
 * @param macroRecall the mean of the classes' recalls, 0 to 1
 * @param images held out
 * @param constantAnswer the class that was answered to every image, if the model has learned nothing
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Metrics(
        String modelVersion,
        Provenance provenance,
        long parameters,
        List<EpochResult> history,
        int epoch,
        double seconds,
        Optional<Validation> validation,
        double accuracy,
        double macroRecall,
        long images,
        Optional<String> constantAnswer,
        List<ClassResult> classes,
        Calibration calibration,
        long[][] confusionMatrix) {

    /**
     * What became of the images that were kept for validation, with the weights that the model has.
     *
     * @param accuracy 0 to 1
     * @param macroRecall 0 to 1
     */
    public record Validation(double accuracy, double macroRecall, long images) {
        /** The figures of the images that were kept. */
        public static Validation of(ConfusionMatrix validation) {
            return new Validation(validation.accuracy(), validation.macroRecall(), validation.images());
        }
    }

    /** The figures of a trained model. */
    static Metrics of(TrainedModel model, String modelVersion, Provenance provenance) {
        ConfusionMatrix confusion = model.evaluation().confusion();
        return new Metrics(
                modelVersion,
                provenance,
                model.run()
                        .recipe()
                        .modelArchitecture(model.data().classes().size())
                        .parameterCount(),
                model.fit().history(),
                model.fit().epoch(),
                model.fit().history().stream().mapToDouble(EpochResult::seconds).sum(),
                model.fit().validation().map(Validation::of),
                confusion.accuracy(),
                confusion.macroRecall(),
                confusion.images(),
                confusion.constantAnswer(),
                ClassResult.of(confusion),
                model.evaluation().calibration(),
                confusion.counts());
    }
}
