package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Json;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --json} of commands that find something out. */
public final class Findings {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write what was found as JSON.")
    void toFile(Path given) {
        if (Files.isDirectory(given)) {
            throw new ParameterException(spec.commandLine(), "--json %s is a directory; name a file".formatted(given));
        }
        file = Optional.of(given);
    }

    private Optional<Path> file = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Where they are written, if they are. */
    List<Path> files() {
        return file.stream().toList();
    }

    /** {@code accuracy}, {@code macroRecall} (fractions), {@code images}, the confusion matrix, {@code modelVersion}. */
    public static ObjectNode of(ConfusionMatrix confusion, String modelVersion) {
        ObjectNode findings = Json.MAPPER.valueToTree(confusion);
        return findings.put("modelVersion", modelVersion);
    }

    /** Writes the findings if they are wanted, making the file's folder if there is none. */
    public void write(ObjectNode findings) throws IOException {
        if (file.isPresent()) {
            Path folder = file.get().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Json.write(file.get(), findings);
        }
    }
}
