package org.catalogtagger.training.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.dataset.ImageGroups;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.fit.FitListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutOfFoldTest {
    @TempDir
    private Path folder;

    @Test
    void everyImageIsInOneFoldAndGroupsAreWhole() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i + 7 < data.images().size(); i += 10) {
            pairs.add(new Pair(data.images().get(i), data.images().get(i + 7), true));
        }
        ImageGroups groups = ImageGroups.of(data.images(), pairs);
        List<List<Image>> folds = OutOfFold.deal(data.images(), groups, 4);
        assertThat(folds.stream().flatMap(List::stream).toList()).containsExactlyInAnyOrderElementsOf(data.images());
        for (List<Image> fold : folds) {
            assertThat(fold.size()).isBetween(60, 100);
            List<Integer> others = data.images().stream()
                    .filter(image -> !fold.contains(image))
                    .map(groups::of)
                    .toList();
            assertThat(fold).extracting(groups::of).doesNotContainAnyElementsOf(others);
        }
    }

    /** A model that had been fitted on an image with a wrong label would have learned that label. */
    @Test
    void aWrongLabelIsFoundByModelsThatHaveNotSeenIt() throws IOException {
        LabelledImages data = SmallRun.images(folder);
        int ties = data.classes().indexOf("Ties");
        int watches = data.classes().indexOf("Watches");
        List<Image> some = data.images().stream()
                .filter(image -> image.label() == ties || image.label() == watches)
                .toList();
        List<Image> relabelled = IntStream.range(0, some.size())
                .mapToObj(i -> i == 3 ? some.get(i).withLabel(watches) : some.get(i))
                .toList();
        assertThat(some.get(3).label()).isEqualTo(ties);
        LabelledImages two =
                new LabelledImages(data.classes(), relabelled, List.of(), data.digest(), data.size(), data.manifest());
        try (NDManager manager = PyTorch.newManager()) {
            OutOfFold outOfFold = OutOfFold.of(
                    two,
                    ImageGroups.of(relabelled, List.of()),
                    SmallRun.recipe("{epochs: 30, validationFraction: 0}"),
                    4,
                    manager,
                    FitListener.SILENT);
            assertThat(outOfFold.images()).containsExactlyInAnyOrderElementsOf(relabelled);
            List<ConfidentLearning.Suspect> suspects =
                    new ConfidentLearning(outOfFold, data.classes().size()).suspects();
            assertThat(suspects)
                    .anyMatch(suspect -> suspect.image().equals(relabelled.get(3)) && suspect.suggested() == ties);
        }
    }
}
