package org.catalogtagger.training.commands;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.bundle.Names;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.network.Program;
import org.catalogtagger.model.network.Program.Answers;
import org.catalogtagger.model.network.ProgramNetwork;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.model.network.UnusableProgramException;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.evaluate.Evaluation;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger import}. */
@Command(
        name = "import",
        description = {
            "Makes a model bundle of a TorchScript program or an ONNX graph that classifies images, and tests it on labelled ones.",
            "A program is code: import none whose maker you do not trust."
        })
public final class ImportCommand implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private ProgramFile program;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            required = true,
            description = "Its classes, one a line, in the order of its answers.")
    private Path classesFile;

    @Option(
            names = "--input",
            paramLabel = "WxH[xP]",
            required = true,
            description = {
                "What it is given of a picture: width and height in pixels, and 1 plane of gray levels (the default) or 3 of"
                        + " red, green and blue."
            })
    private String input;

    @Option(
            names = "--normalize",
            paramLabel = "HOW",
            defaultValue = "divide-by-255",
            description = {
                "none (levels of 0 to 255), divide-by-255 (the default), imagenet, or means and deviations of levels from"
                        + " 0 to 1, one or one a plane: 0.5/0.25, 0.4,0.5,0.6/0.2,0.2,0.3."
            })
    private String normalize;

    @Option(
            names = "--framing",
            paramLabel = "HOW",
            defaultValue = "SQUASH",
            description = "What of a picture goes where in it: squash (the default), fit or trim, as in a recipe.")
    private Framing.Fit framing;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = {
                "Images to test it on, which it was not trained on, laid out as <class>/<product id>.jpg: as right as it is on"
                        + " these it is expected to be."
            })
    private Path images;

    @Option(names = "--out", paramLabel = "BUNDLE", required = true, description = "Where the bundle is written.")
    private Path out;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What its version begins with (default: the name of its file).")
    private Optional<String> name = Optional.empty();

    @Mixin
    private Loading loading;

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws IOException {
        PrintStream console = System.out;
        ProgramInput given = ProgramInput.of(input, normalize);
        List<String> classes = ModelClasses.read(classesFile);
        requireName();
        requireProgram();
        List<Path> others = new ArrayList<>(List.of(program.file(), classesFile, images));
        others.addAll(findings.files());
        BundlePlace.require(out, others);
        BundlePlace.requireOutside(images, out);
        try (DirectoryClaim claim = DirectoryClaim.beside(out)) {
            return tryAndSave(given, classes, console);
        }
    }

    private int tryAndSave(ProgramInput given, List<String> classes, PrintStream console) throws IOException {
        LabelledImages data = loading.load(images, given.framing(framing), console);
        List<Image> chosen = ModelClasses.relabelled(
                data, data.images(), classes, program.file().toString(), images);
        Program described = new Program(program.format(), given.planes(), Answers.LOGITS);
        Sha256 sha256 = new Sha256();
        try (NDManager manager = PyTorch.newManager();
                InputStream in = sha256.through(new BufferedInputStream(Files.newInputStream(program.file())))) {
            ProgramNetwork loaded = described.load(in, given.size(), classes.size(), manager);
            in.transferTo(OutputStream.nullOutputStream());
            String tried = sha256.hex();
            Answers answers = new ProgramTrial(loaded, given.normalization(), manager).answers(chosen);
            console.printf("its answers are %s%n", answers == Answers.LOGITS ? "logits" : "probabilities");
            Evaluation evaluation = evaluate(loaded.answering(answers), given, classes, chosen, manager, console);
            Optional<String> before = earlier();
            ModelBundle bundle =
                    ModelBundle.saveProgram(out, program.file(), program.format(), evaluation.confusion(), copied -> {
                        if (!copied.equals(tried)) {
                            throw new CommandException(program.file() + ": was replaced while it was tried; try again");
                        }
                        return describe(described.answering(answers), given, classes, data, evaluation, copied);
                    });
            say(bundle, before, evaluation, console);
            findings.write(
                    Findings.of(evaluation.confusion(), bundle.description().modelVersion()));
        } catch (UnusableProgramException e) {
            throw new CommandException(program.file() + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private String versionName() {
        return name.orElseGet(() ->
                String.valueOf(program.file().toAbsolutePath().getFileName()).replaceFirst("\\.[A-Za-z]+$", ""));
    }

    private void requireName() {
        String version = versionName() + "-" + "0".repeat(12);
        if (versionName().isBlank() || !Names.isName(version)) {
            throw new CommandException("--name: '%s' begins no version".formatted(versionName()));
        }
    }

    private void requireProgram() throws IOException {
        if (!Files.isRegularFile(program.file())) {
            throw new CommandException(program.option() + ": no file " + program.file());
        }
        if (Files.size(program.file()) > ModelBundle.MAX_PROGRAM_BYTES) {
            throw new CommandException("%s: %,d bytes, more than the %,d that a program may have"
                    .formatted(program.file(), Files.size(program.file()), ModelBundle.MAX_PROGRAM_BYTES));
        }
    }

    private Evaluation evaluate(
            ProgramNetwork network,
            ProgramInput given,
            List<String> classes,
            List<Image> chosen,
            NDManager manager,
            PrintStream console) {
        try (Classifier classifier = new Classifier(manager, network, classes, given.normalization(), given.size(), 0);
                Progress progress = Progress.start("classifying", chosen.size(), console)) {
            classifier.requireSoundAnswers(program.file());
            Evaluation evaluation = Evaluation.of(classifier, chosen, done -> progress.to(done, ""));
            Evaluation.requireAnswers(
                    chosen, evaluation.predictions(), program.file().toString());
            return evaluation;
        }
    }

    private ModelDescription describe(
            Program described,
            ProgramInput given,
            List<String> classes,
            LabelledImages data,
            Evaluation evaluation,
            String sha256) {
        ModelDescription.Input shape = new ModelDescription.Input(given.framing(framing));
        int tested = evaluation.images().size();
        return new ModelDescription(
                ModelDescription.FORMAT_VERSION,
                versionName() + "-" + digest(sha256, described, shape, given, classes, data),
                Optional.empty(),
                Optional.of(described),
                1,
                0.0,
                shape,
                given.normalization(),
                classes,
                new ModelDescription.Provenance(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        data.digest(),
                        0,
                        tested,
                        1,
                        SplitSettings.NONE,
                        Optional.empty(),
                        0,
                        Json.MAPPER
                                .createObjectNode()
                                .put("program", String.valueOf(program.file().getFileName())),
                        TrainedModel.libraries(),
                        sha256),
                evaluation.metrics());
    }

    /** All that its tags depend on, the images too: by them it is known how right a tag is. */
    private static String digest(
            String sha256,
            Program program,
            ModelDescription.Input shape,
            ProgramInput given,
            List<String> classes,
            LabelledImages data) {
        ObjectNode all = Json.MAPPER.createObjectNode().put("weights", sha256).put("images", data.digest());
        all.set("program", Json.MAPPER.valueToTree(program));
        all.set("input", Json.MAPPER.valueToTree(shape));
        all.set("normalization", Json.MAPPER.valueToTree(given.normalization()));
        all.set("classes", Json.MAPPER.valueToTree(classes));
        return new Sha256()
                .update(all.toString().getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 12);
    }

    /** The version of the model whose place it takes. */
    private Optional<String> earlier() {
        try {
            return Files.exists(out)
                    ? Optional.of(ModelBundle.open(out).description().modelVersion())
                    : Optional.empty();
        } catch (BundleException e) {
            return Optional.empty();
        }
    }

    private void say(ModelBundle bundle, Optional<String> before, Evaluation evaluation, PrintStream console) {
        console.println(AccuracyTable.of(evaluation.confusion()).strip());
        console.print("most frequent confusions:\n" + AccuracyTable.worstConfusions(evaluation.confusion()));
        long answers = evaluation.predictions().stream()
                .map(prediction -> prediction.best())
                .distinct()
                .count();
        if (answers == 1 && evaluation.images().size() > 1) {
            console.println("note: it gives all images one label; is --normalize what it was trained with?");
        }
        long truths = evaluation.images().stream().map(Image::label).distinct().count();
        if (truths > 1
                && evaluation.confusion().accuracy()
                        < 1.0 / bundle.description().classes().size()) {
            console.println("note: a guess is right as often; are the classes in the order of its answers?");
        }
        String version = bundle.description().modelVersion();
        console.printf(
                "wrote %s, model %s%s%n",
                out,
                version,
                before.filter(name -> !name.equals(version))
                        .map(name -> ", in the place of " + name)
                        .orElse(""));
    }
}
