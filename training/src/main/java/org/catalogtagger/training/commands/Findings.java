package org.catalogtagger.training.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.model.ConfusionMatrix;
import org.catalogtagger.model.Json;

/** What a command found, as the JSON of its {@code --json} option. */
public final class Findings {
    private Findings() {}

    /** {@code accuracy}, {@code macroRecall} (fractions), {@code images} and the confusion matrix. */
    public static ObjectNode of(ConfusionMatrix confusion) {
        return Json.MAPPER.valueToTree(confusion);
    }

    /** Writes the findings, making the file's folder if there is none. */
    public static void write(Path file, ObjectNode findings) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Json.write(file, findings);
    }
}
