package org.catalogtagger.streaming.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ModelKind;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.TinyProgram;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.events.Audit;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator with a model that is somebody else's program. */
class ProgramsTest {
    @TempDir
    private Path folder;

    private Path program;

    @BeforeEach
    void save() throws IOException {
        program = TinyProgram.save(folder.resolve("program")).directory();
    }

    private static TwoInputStreamOperatorTestHarness<IncomingImage, ModelRelease, TaggedImage> harness(
            Path model, Programs programs) throws Exception {
        return new TwoInputStreamOperatorTestHarness<>(new ClassifyOperator(
                model.toString(), programs, 3, Duration.ofSeconds(1), 2, ImageLimits.DEFAULT, Audit.NONE));
    }

    @Test
    void tagsAndRejectsTheImageForWhichItFails() throws Exception {
        try (var harness = harness(program, Programs.ALLOWED)) {
            harness.open();
            for (int level : new int[] {10, 64, 240}) {
                byte[] key = Integer.toString(level).getBytes(UTF_8);
                harness.processElement1(IncomingImage.inline(new InputRecord(key, png(level), List.of(), 0)), 0);
            }
            assertThat(harness.extractOutputValues())
                    .extracting(TaggedImage::productId, TaggedImage::label)
                    .containsExactly(tuple("10", "dark"), tuple("240", "bright"));
            assertThat(harness.getSideOutput(Rejection.OUTPUT))
                    .extracting(record -> record.getValue().reason())
                    .containsExactly("not-finite");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyKindOfModelTagsAsItsClassifierDoes(ModelKind kind) throws Exception {
        Path any = folder.resolve("any");
        kind.save(any);
        byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        ModelDescription description = ModelBundle.open(any).description();
        Prediction expected;
        try (Classifier classifier = Classifier.load(any)) {
            byte[] pixels = new ImageDecoder(description.input().framing(), ImageLimits.DEFAULT).decode(image);
            expected = classifier.classify(List.of(pixels)).get(0);
        }
        try (var harness = harness(any, Programs.ALLOWED)) {
            harness.open();
            for (int i = 0; i < 3; i++) {
                harness.processElement1(
                        IncomingImage.inline(new InputRecord(new byte[] {'a'}, image, List.of(), 0)), 0);
            }
            assertThat(harness.extractOutputValues()).hasSize(3).allSatisfy(tag -> {
                assertThat(tag.label()).isEqualTo(expected.label());
                assertThat(tag.top().get(0).probability())
                        .isCloseTo(expected.probability(expected.best()), within(1e-5f));
            });
        }
    }

    @Test
    void doesNotBeginWithOneWhereNoneMayBe() throws Exception {
        try (var harness = harness(program, Programs.REFUSED)) {
            assertThatThrownBy(harness::open).hasStackTraceContaining("model.programs: true");
        }
        String place = program.toString();
        assertThatThrownBy(() -> ModelBatch.load(place, Programs.REFUSED, 3, ImageLimits.DEFAULT))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("holds a TorchScript program");
        TinyModel.save(folder.resolve("ours"), 1);
        try (var harness = harness(folder.resolve("ours"), Programs.REFUSED)) {
            harness.open();
        }
    }

    private static byte[] png(int level) throws IOException {
        BufferedImage picture = new BufferedImage(60, 80, BufferedImage.TYPE_BYTE_GRAY);
        int[] levels = new int[60 * 80];
        Arrays.fill(levels, level);
        picture.getRaster().setPixels(0, 0, 60, 80, levels);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        return png.toByteArray();
    }
}
