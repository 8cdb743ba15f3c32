package org.catalogtagger.training.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.training.sample.SampleCatalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger sample}. */
@Command(
        name = "sample",
        description = {
            "Draws product photographs to try everything with, laid out as <class>/<id>.jpg, as train wants them.",
            "With another seed they are other photographs of the same classes, which a model has not seen."
        })
public final class SampleCommand implements Callable<Integer> {
    /** What the quickstart draws. */
    public static final int IMAGES_PER_CLASS = 150;

    private static final int MOST_IMAGES_PER_CLASS = 100_000;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the class folders are made.")
    private Path out;

    @Option(
            names = "--images-per-class",
            paramLabel = "N",
            defaultValue = "" + IMAGES_PER_CLASS,
            description = "Photographs of each class (default: ${DEFAULT-VALUE}).")
    private int imagesPerClass;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "The same photographs for the same seed (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (imagesPerClass < 1 || imagesPerClass > MOST_IMAGES_PER_CLASS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--images-per-class must be 1 to %,d, not %,d".formatted(MOST_IMAGES_PER_CLASS, imagesPerClass));
        }
        if (Files.exists(out)) {
            throw new CommandException(out + " is already there; name a new folder");
        }
        int images = SampleCatalogue.write(out, imagesPerClass, seed);
        System.out.printf("%,d images of %d classes in %s%n", images, images / imagesPerClass, out);
        return 0;
    }
}
