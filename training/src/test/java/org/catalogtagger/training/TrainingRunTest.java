package org.catalogtagger.training;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.image.ImageFolderException;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.dataset.SplitSettings;
import org.catalogtagger.training.fit.FitListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final SplitSettings UNGROUPED = new SplitSettings(0.2, 0, SplitSettings.NONE, Optional.empty());

    @Test
    void namesTheClassThatHasTooFewImages(@TempDir Path folder) throws Exception {
        LabelledImages all = SmallRun.images(folder);
        String first = all.classes().get(0);
        assertThatThrownBy(() -> train(withOfFirstClass(all, 1), "validationFraction: 0"))
                .isInstanceOf(ImageFolderException.class)
                .hasMessage("the class " + first + " has 1 readable image(s); training and test need one each");
        assertThatThrownBy(() -> train(withOfFirstClass(all, 2), "validationFraction: 0.2"))
                .isInstanceOf(ImageFolderException.class)
                .hasMessage(
                        "the class " + first + " has 2 readable image(s); training, validation and test need one each");
    }

    private static void train(LabelledImages data, String change) throws Exception {
        TrainingRun run = new TrainingRun("small", SmallRun.recipe(change), UNGROUPED);
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel unused = run.train(data, manager, FitListener.SILENT, Optional.empty());
        }
    }

    private static LabelledImages withOfFirstClass(LabelledImages all, int count) {
        List<Image> images = new ArrayList<>();
        int kept = 0;
        for (Image image : all.images()) {
            if (image.label() > 0 || kept++ < count) {
                images.add(image);
            }
        }
        return new LabelledImages(all.classes(), images, List.of(), all.digest(), all.size(), Optional.empty());
    }
}
