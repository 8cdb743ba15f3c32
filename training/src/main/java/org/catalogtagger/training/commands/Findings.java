package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Json;
import picocli.CommandLine.Option;

/** The option {@code --json} of commands that find something out. */
public final class Findings {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write what was found as JSON.")
    private Optional<Path> file = Optional.empty();

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
