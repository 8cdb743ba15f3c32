package org.catalogtagger.model;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.image.Normalization;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.model.network.Convolution;
import org.catalogtagger.model.network.Convolutions;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.Initialization;
import org.catalogtagger.model.network.Network;
import org.catalogtagger.model.network.PyTorch;

/** Each kind of model that a bundle can hold, small and untrained: whatever takes bundles is to take all of them. */
public enum ModelKind {
    /** It sees most images mirrored too. */
    CONVOLUTIONS_IN_COLOURS {
        @Override
        public void save(Path directory) throws IOException {
            Convolutions convolutions =
                    new Convolutions(3, 40, 30, List.of(new Convolution(4, 3, 2, 2), new Convolution(6, 3, 1, 2)));
            Architecture architecture = new Architecture(
                    Optional.of(convolutions),
                    List.of(convolutions.features(), TinyModel.CLASSES.size()),
                    Activation.RELU,
                    true,
                    0);
            Framing framing = new Framing(new ImageSize(30, 40, Colors.RGB), Framing.Fit.FIT);
            TinyModel.save(directory, 1, architecture, framing, TinyModel.CLASSES);
            TestBundles.editJson(directory, "model.json", model -> model.put("mirrorBelow", 0.9));
        }
    },
    MEMBERS {
        @Override
        public void save(Path directory) throws IOException {
            Architecture architecture = new Architecture(List.of(4800, 16, 3), Activation.RELU, true, 0);
            try (NDManager manager = PyTorch.newManager()) {
                PyTorch.engine().setRandomSeed(1);
                Ensemble networks = new Ensemble(List.of(
                        Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager),
                        Network.untrained(architecture, Initialization.TORCH_DEFAULT, manager)));
                TinyModel.save(
                        directory,
                        networks,
                        architecture,
                        new Normalization.DivideBy255(),
                        TinyModel.CLASSES,
                        "members");
            }
        }
    },
    TORCHSCRIPT {
        @Override
        public void save(Path directory) throws IOException {
            TinyProgram.save(directory);
        }
    },
    ONNX {
        @Override
        public void save(Path directory) throws IOException {
            TinyProgram.saveGraph(directory);
        }
    };

    /** Writes a bundle. */
    public abstract void save(Path directory) throws IOException;
}
