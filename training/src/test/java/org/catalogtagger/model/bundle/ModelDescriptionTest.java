package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.List;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelDescription.Input;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDescriptionTest {
    private static final String COMPOSED = "T\u00FCcher";
    private static final String DECOMPOSED = "Tu\u0308cher";

    @Test
    void anInputThatSaysNothingOfFramingIsSquashed() throws JsonProcessingException {
        Input input = Json.MAPPER.readValue("{\"width\": 30, \"height\": 40, \"channels\": 1}", Input.class);
        assertThat(input.framing()).isEqualTo(Framing.squash(new ImageSize(30, 40)));
    }

    @Test
    void framingIsWrittenAndReadAgain() throws JsonProcessingException {
        Framing trim = new Framing(new ImageSize(30, 40), Framing.Fit.TRIM);
        String json = Json.MAPPER.writeValueAsString(new Input(trim));
        assertThat(Json.MAPPER.readTree(json))
                .isEqualTo(Json.MAPPER.readTree(
                        "{\"width\": 30, \"height\": 40, \"channels\": 1, \"framing\": \"trim\"}"));
        assertThat(Json.MAPPER.readValue(json, Input.class).framing()).isEqualTo(trim);
    }

    @Test
    void aFramingThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> Json.MAPPER.readValue(
                        "{\"width\": 30, \"height\": 40, \"channels\": 1, \"framing\": \"letterbox\"}", Input.class))
                .hasMessageContaining("letterbox");
    }

    @Test
    void namesOfClassesAreReadInOneForm(@TempDir Path folder) throws Exception {
        Architecture architecture = new Architecture(List.of(4800, 2), Activation.RELU, false, 0);
        Path bundle = TinyModel.save(folder.resolve("model"), 1, architecture, List.of("Ties", DECOMPOSED))
                .directory();
        ModelBundle opened = ModelBundle.open(bundle);
        assertThat(opened.description().classes()).containsExactly("Ties", COMPOSED);
        assertThat(opened.evaluation().classes()).containsExactly("Ties", COMPOSED);
        assertThatThrownBy(
                        () -> TinyModel.save(folder.resolve("twice"), 1, architecture, List.of(COMPOSED, DECOMPOSED)))
                .hasMessageContaining("a class is named twice");
    }
}
