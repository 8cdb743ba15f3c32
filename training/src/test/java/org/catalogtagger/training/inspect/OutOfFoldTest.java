package org.catalogtagger.training.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.dataset.ImageGroups;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.NearDuplicates.Pair;
import org.catalogtagger.training.dataset.PackedImages;
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

    /** A model that had been fitted on an image with a wrong label might have learned that label. */
    @Test
    void wrongLabelsAreFoundByModelsThatHaveNotSeenThem() throws IOException {
        List<Image> images = topOrBottom();
        List<Image> relabelled = IntStream.range(0, images.size())
                .mapToObj(i -> i % 16 < 2 ? images.get(i).withLabel(1 - i % 2) : images.get(i))
                .toList();
        LabelledImages two = new LabelledImages(
                List.of("top", "bottom"), relabelled, List.of(), "digest", new ImageSize(15, 20), Optional.empty());
        try (NDManager manager = PyTorch.newManager()) {
            OutOfFold outOfFold = OutOfFold.of(
                    two,
                    ImageGroups.of(relabelled, List.of()),
                    SmallRun.recipe("{epochs: 30, validationFraction: 0}"),
                    4,
                    manager,
                    FitListener.SILENT,
                    fold -> {});
            assertThat(outOfFold.images()).containsExactlyInAnyOrderElementsOf(relabelled);
            List<ConfidentLearning.Suspect> suspects = new ConfidentLearning(outOfFold, 2).suspects();
            assertThat(suspects.subList(0, 10))
                    .as("the surest of those that are doubted, of 20 that are wrong")
                    .allMatch(suspect -> suspect.image().index() % 16 < 2)
                    .allMatch(suspect -> suspect.suggested() == suspect.image().index() % 2);
        }
    }

    /** 160 images with a bright band at the top (class 0) or at the bottom (class 1), each a little otherwise. */
    private static List<Image> topOrBottom() {
        Random random = new Random(1);
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            byte[] levels = new byte[15 * 20];
            for (int pixel = 0; pixel < levels.length; pixel++) {
                boolean band = i % 2 == 0 ? pixel < 75 : pixel >= 225;
                levels[pixel] = (byte) ((band ? 150 : 20) + random.nextInt(60));
            }
            pictures.add(levels);
        }
        PackedImages packed = PackedImages.of(pictures, new ImageSize(15, 20));
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> new Image(new ImageFolder.Entry(Path.of("" + i), i % 2, "" + i), i % 2, packed, i))
                .toList();
    }
}
