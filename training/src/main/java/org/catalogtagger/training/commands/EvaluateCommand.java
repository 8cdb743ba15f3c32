package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription.Provenance;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.evaluate.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger evaluate}. */
@Command(name = "evaluate", description = "Classifies a folder of labelled images and says how right the model is.")
public final class EvaluateCommand implements Callable<Integer> {
    @Option(names = "--model", paramLabel = "BUNDLE", required = true, description = "The model's bundle.")
    private Path model;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "The images, laid out as <class>/<product id>.jpg, with classes that the model knows.")
    private Path images;

    @Option(
            names = "--held-out",
            description = "Only the images that were held out when the model was trained on this same folder.")
    private boolean heldOut;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        ModelBundle bundle = ModelBundle.open(model);
        LabelledImages data = loading.load(images, bundle.description().input().framing(), console);
        LabelledImages chosenData = choose(data, bundle.description().provenance(), console);
        List<Image> chosen = inModelClasses(chosenData, bundle);
        ConfusionMatrix confusion;
        try (Classifier classifier = Classifier.load(bundle);
                Progress progress = Progress.start("classifying", chosen.size(), console)) {
            confusion = Evaluation.of(classifier, chosen, done -> progress.to(done, ""))
                    .confusion();
        }
        console.println(AccuracyTable.of(confusion).strip());
        console.print("most frequent confusions:\n" + AccuracyTable.worstConfusions(confusion));
        findings.write(Findings.of(confusion, bundle.description().modelVersion()));
        return 0;
    }

    private LabelledImages choose(LabelledImages data, Provenance provenance, PrintStream console) {
        boolean trainedOnThese = data.digest().equals(provenance.dataDigest());
        if (heldOut) {
            if (!trainedOnThese) {
                throw new CommandException("--held-out: the model was not trained on the images in " + images
                        + " (or they have changed since), so none of them were held out");
            }
            return SplitSettings.of(provenance).divide(data).heldOut();
        }
        if (trainedOnThese) {
            console.println("note: the model was trained on most of these images; --held-out evaluates on the others");
        }
        return data;
    }

    /** The images with their labels counted as the model counts its classes. */
    private List<Image> inModelClasses(LabelledImages data, ModelBundle bundle) {
        List<String> classes = bundle.description().classes();
        for (String label : data.classes()) {
            if (!classes.contains(label)) {
                throw new CommandException("the model %s does not know the class %s of %s"
                        .formatted(bundle.description().modelVersion(), label, images));
            }
        }
        List<Image> relabelled = new ArrayList<>();
        for (Image image : data.images()) {
            relabelled.add(image.withLabel(classes.indexOf(data.classes().get(image.label()))));
        }
        return relabelled;
    }
}
