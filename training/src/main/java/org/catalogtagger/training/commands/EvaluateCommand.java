package org.catalogtagger.training.commands;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
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

    @Mixin
    private HeldOut heldOut;

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        ModelBundle bundle = ModelBundle.open(model);
        LabelledImages data = loading.load(images, bundle.description().input().framing(), console);
        Set<Entry> entries = heldOut.of(data, List.of(bundle), images, console);
        List<Image> chosen = ModelClasses.relabelled(
                data,
                data.images().stream()
                        .filter(image -> entries.contains(image.entry()))
                        .toList(),
                bundle.description().classes(),
                bundle.description().modelVersion(),
                images);
        ConfusionMatrix confusion;
        try (Classifier classifier = Classifier.load(bundle);
                Progress progress = Progress.start("classifying", chosen.size(), console)) {
            Evaluation evaluation = Evaluation.of(classifier, chosen, done -> progress.to(done, ""));
            Evaluation.requireAnswers(
                    chosen, evaluation.predictions(), bundle.description().modelVersion());
            confusion = evaluation.confusion();
        }
        console.println(AccuracyTable.of(confusion).strip());
        console.print("most frequent confusions:\n" + AccuracyTable.worstConfusions(confusion));
        findings.write(Findings.of(confusion, bundle.description().modelVersion()));
        return 0;
    }
}
