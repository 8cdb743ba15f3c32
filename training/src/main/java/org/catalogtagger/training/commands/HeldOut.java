package org.catalogtagger.training.commands;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription.Provenance;
import org.catalogtagger.model.image.ImageFolder.Entry;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import picocli.CommandLine.Option;

/** The option {@code --held-out} of commands that judge models: what one was fitted on says nothing of how right it is. */
public final class HeldOut {
    @Option(
            names = "--held-out",
            description = "Only the images that were held out when the model was trained on this same folder.")
    private boolean only;

    /** Without it other images would be the model's. */
    private static boolean hasTable(ModelBundle bundle) {
        Provenance provenance = bundle.description().provenance();
        return provenance.splitBy().isPresent()
                || !Set.of(SplitSettings.DUPLICATES, SplitSettings.NONE).contains(provenance.groupBy());
    }

    /**
     * The files to judge by: all, or those that were held out from each of the models that were trained on them.
     *
     * @throws CommandException if only those are asked for, and there are none
     */
    public Set<Entry> of(LabelledImages data, List<ModelBundle> bundles, Path images, PrintStream console) {
        Set<Entry> chosen = data.images().stream().map(Image::entry).collect(Collectors.toCollection(HashSet::new));
        boolean isAnyTrainedOnThese = false;
        List<String> others = new ArrayList<>();
        for (ModelBundle bundle : bundles) {
            Provenance provenance = bundle.description().provenance();
            if (!provenance.hasFitted(data.digest())) {
                others.add(bundle.description().modelVersion());
                continue;
            }
            isAnyTrainedOnThese = true;
            if (only) {
                chosen.retainAll(SplitSettings.heldOut(data, bundle.description()).stream()
                        .map(Image::entry)
                        .collect(Collectors.toSet()));
            }
        }
        if (only && !isAnyTrainedOnThese) {
            throw new CommandException("--held-out: the model was not trained on the images in " + images
                    + " (or they have changed since), so none of them were held out"
                    + (bundles.stream().anyMatch(HeldOut::hasTable) ? "; it took a table: give it by --manifest" : ""));
        }
        if (only && chosen.isEmpty()) {
            throw new CommandException(
                    "--held-out: no image was held out from both models; train them with one --seed");
        }
        if (only && !others.isEmpty()) {
            console.printf(
                    "note: %s was trained on other images; if these were among them, it may know what the other has not seen%n",
                    String.join(", ", others));
        }
        if (!only && isAnyTrainedOnThese) {
            console.printf(
                    "note: %s was trained on most of these images; --held-out takes only the others%n",
                    bundles.size() == 1 ? "the model" : "one of the models");
        }
        return chosen;
    }
}
