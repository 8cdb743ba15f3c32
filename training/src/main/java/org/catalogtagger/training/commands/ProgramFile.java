package org.catalogtagger.training.commands;

import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.model.network.Program.Format;
import picocli.CommandLine.Option;

/** The file of a program that is imported, by one of two options. */
final class ProgramFile {
    private static final String TORCHSCRIPT = "--torchscript";
    private static final String ONNX = "--onnx";

    @Option(
            names = TORCHSCRIPT,
            paramLabel = "FILE",
            required = true,
            description = "The program, as torch.jit.save writes it; traced or scripted after model.eval().")
    private Optional<Path> torchscript = Optional.empty();

    @Option(
            names = ONNX,
            paramLabel = "FILE",
            required = true,
            description = {
                "The graph, as torch.onnx.export or tf2onnx write it: one input, of batches of any size, and one output. It"
                        + " needs a build with ONNX Runtime (TAGGER_MAVEN_ARGS=-Ponnx)."
            })
    private Optional<Path> onnx = Optional.empty();

    Path file() {
        return torchscript.or(() -> onnx).orElseThrow();
    }

    Format format() {
        return torchscript.isPresent() ? Format.TORCHSCRIPT : Format.ONNX;
    }

    /** The name of the option. */
    String option() {
        return torchscript.isPresent() ? TORCHSCRIPT : ONNX;
    }
}
