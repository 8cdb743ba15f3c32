package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.Colors;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.streaming.events.Audit;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.training.dataset.LabelledImages;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model must see in production what it saw in training. */
class SamePreprocessingTest {
    private static final int IMAGES = 5;

    @ParameterizedTest
    @CsvSource({"SQUASH, GRAY", "FIT, GRAY", "TRIM, GRAY", "SQUASH, RGB", "FIT, RGB", "TRIM, RGB"})
    void oneJpegGetsTheSameProbabilitiesInTrainingAndInTheJob(
            Framing.Fit fit, Colors colors, @TempDir Path folder, @TempDir Path work) throws Exception {
        Framing framing = new Framing(new ImageSize(30, 40, colors), fit);
        Path own = Files.createDirectory(folder.resolve("Shirts"));
        for (int i = 0; i < IMAGES; i++) {
            byte[] jpeg = SampleCatalogue.jpeg(ProductShape.SHIRTS, new Random(i));
            Files.write(own.resolve(i + ".jpg"), i % 2 == 0 ? jpeg : onALargerGround(jpeg));
        }
        LabelledImages training = LabelledImages.load(
                ImageFolder.scan(folder), framing, ImageLimits.DEFAULT, 0, work.resolve("cache"), done -> {});
        Path model = TinyModel.save(work.resolve("model"), 1, framing).directory();
        List<Prediction> expected;
        try (Classifier classifier = Classifier.load(model)) {
            expected = classifier.classify(
                    training.images().stream().map(LabelledImages.Image::pixels).toList());
        }

        try (var job = new TwoInputStreamOperatorTestHarness<>(new ClassifyOperator(
                model.toString(),
                Programs.REFUSED,
                IMAGES,
                Duration.ofSeconds(1),
                3,
                ImageLimits.DEFAULT,
                Audit.NONE))) {
            job.open();
            for (LabelledImages.Image image : training.images()) {
                byte[] jpeg = Files.readAllBytes(image.entry().file());
                byte[] key = image.entry().productId().getBytes(StandardCharsets.UTF_8);
                job.processElement1(IncomingImage.inline(new InputRecord(key, jpeg, List.of(), 0)), 0);
            }
            assertThat(job.extractOutputValues())
                    .extracting(TaggedImage::top)
                    .isEqualTo(expected.stream()
                            .map(prediction -> prediction.top(3))
                            .toList());
        }
    }

    private static byte[] onALargerGround(byte[] jpeg) throws IOException {
        BufferedImage ground = new BufferedImage(200, 150, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = ground.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 200, 150);
        graphics.drawImage(ImageIO.read(new ByteArrayInputStream(jpeg)), 90, 30, null);
        graphics.dispose();
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        ImageIO.write(ground, "jpg", encoded);
        return encoded.toByteArray();
    }
}
