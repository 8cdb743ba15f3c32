package org.catalogtagger.model.network;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.InputStream;
import org.catalogtagger.model.image.ImageSize;

/** Programs that PyTorch itself has written. They are code. */
final class TorchScript {
    private TorchScript() {}

    /**
     * Loads one.
     *
     * @param in read to its end, or nearly; not closed
     * @param manager owns it
     * @throws UnusableProgramException if it is none
     */
    static ProgramNetwork load(InputStream in, Program program, ImageSize size, int classes, NDManager manager)
            throws IOException {
        try {
            // Mapped to the CPU wherever it was saved, without what DJL itself writes before a program.
            PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, in, true, false);
            return new ProgramNetwork(
                    (planes, scope) -> block.forward(new ParameterStore(scope, false), new NDList(planes), false),
                    program,
                    size,
                    classes);
        } catch (EngineException e) {
            throw new UnusableProgramException(
                    "no TorchScript program, as torch.jit.trace(model, …).save(FILE) writes it; torch.save writes another (%s)"
                            .formatted(ProgramNetwork.reason(e)),
                    e);
        }
    }
}
