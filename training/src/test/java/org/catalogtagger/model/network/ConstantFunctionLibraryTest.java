package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class ConstantFunctionLibraryTest {
    @TempDir(cleanup = CleanupMode.ALWAYS)
    private Path folder;

    /** What the JVM looks up as {@code Java_org_catalogtagger_model_network_ConstantFunctionLibraryTest_answer}. */
    private static native int answer();

    @Test
    void theFunctionReturnsItsConstant() throws IOException {
        String symbol = "Java_" + getClass().getName().replace('.', '_') + "_answer";
        Path library = folder.resolve("answer.so");
        Files.write(library, ConstantFunctionLibrary.of(symbol, -1_234_567_890));
        System.load(library.toString());
        Files.delete(library);
        assertThat(answer()).isEqualTo(-1_234_567_890);
    }
}
