package org.catalogtagger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.model.network.Ensemble;
import org.catalogtagger.model.network.PyTorch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
    @TempDir
    private Path folder;

    private Classifier classifier;

    @BeforeEach
    void load() throws IOException {
        TinyModel.save(folder.resolve("model"), 1);
        classifier = Classifier.load(folder.resolve("model"));
    }

    @AfterEach
    void close() {
        classifier.close();
    }

    @Test
    void anImageIsClassifiedAlikeAloneAndInABatch() {
        List<byte[]> images = randomImages(37);
        List<Prediction> together = classifier.classify(images);
        for (int i = 0; i < images.size(); i++) {
            Prediction alone = classifier.classify(List.of(images.get(i))).get(0);
            for (int c = 0; c < 3; c++) {
                assertThat(together.get(i).probability(c)).isCloseTo(alone.probability(c), within(1e-5f));
            }
        }
    }

    @Test
    void probabilitiesSumToOne() {
        for (Prediction prediction : classifier.classify(randomImages(5))) {
            assertThat(prediction.probability(0) + prediction.probability(1) + prediction.probability(2))
                    .isCloseTo(1, within(1e-5f));
        }
    }

    @Test
    void theSumOfTheExponentialsOfTheLogitsIsThatOfTheNetwork() {
        ModelBundle bundle = ModelBundle.open(folder.resolve("model"));
        List<byte[]> images = randomImages(5);
        List<Prediction> predictions = classifier.classify(images);
        try (NDManager manager = PyTorch.newManager();
                ImageBatch batch = classifier.newBatch(5)) {
            images.forEach(batch::add);
            float[] logits = Ensemble.withWeights(
                            bundle.description().ensemble().orElseThrow(), bundle.readWeights(manager), manager)
                    .logits(batch.toArray(manager), manager)
                    .toFloatArray();
            for (int i = 0; i < 5; i++) {
                double sum = Math.exp(logits[3 * i]) + Math.exp(logits[3 * i + 1]) + Math.exp(logits[3 * i + 2]);
                assertThat(predictions.get(i).logSumExp()).isCloseTo((float) Math.log(sum), within(1e-4f));
            }
        }
    }

    /** A mean of logits is, but for a factor, a product of roots of probabilities. */
    @Test
    void imagesOfWhichItIsNotSureAreSeenMirroredToo() throws IOException {
        List<byte[]> images = randomImages(40);
        List<Prediction> plain = classifier.classify(images);
        List<Prediction> mirrored = classifier.classify(
                images.stream().map(ClassifierTest::mirrored).toList());
        double median = plain.stream()
                .mapToDouble(prediction -> prediction.probability(prediction.best()))
                .sorted()
                .skip(20)
                .findFirst()
                .orElseThrow();
        TestBundles.editJson(folder.resolve("model"), "model.json", model -> model.put("mirrorBelow", median));
        try (Classifier both = Classifier.load(folder.resolve("model"))) {
            List<Prediction> answers = both.classify(images);
            for (int i = 0; i < images.size(); i++) {
                Prediction one = plain.get(i);
                if (one.probability(one.best()) >= median) {
                    assertAlike(answers.get(i), one.probabilities(), one.logSumExp());
                    continue;
                }
                Prediction other = mirrored.get(i);
                float[] expected = new float[3];
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    expected[c] = (float) Math.sqrt(one.probability(c) * other.probability(c));
                    sum += expected[c];
                }
                for (int c = 0; c < 3; c++) {
                    expected[c] /= (float) sum;
                }
                assertAlike(
                        answers.get(i), expected, (one.logSumExp() + other.logSumExp()) / 2 + (float) Math.log(sum));
                assertThat(expected).isNotEqualTo(one.probabilities());
            }
            try (ImageBatch batch = both.newBatch(40)) {
                images.forEach(batch::add);
                List<Prediction> unused = both.classify(batch);
                batch.clear();
                images.subList(30, 40).forEach(batch::add);
                List<Prediction> fewer = both.classify(batch);
                for (int i = 0; i < 10; i++) {
                    Prediction expected = answers.get(30 + i);
                    assertAlike(fewer.get(i), expected.probabilities(), expected.logSumExp());
                }
            }
        }
    }

    private static void assertAlike(Prediction answer, float[] probabilities, float logSumExp) {
        assertThat(answer.probabilities()).containsExactly(probabilities, within(1e-5f));
        assertThat(answer.logSumExp()).isCloseTo(logSumExp, within(1e-4f));
    }

    private static byte[] mirrored(byte[] image) {
        byte[] mirror = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            mirror[i] = image[i - i % 60 + 59 - i % 60];
        }
        return mirror;
    }

    @Test
    void topIsSortedAndBeginsWithTheLabel() {
        Prediction prediction = classifier.classify(randomImages(1)).get(0);
        List<Prediction.RankedLabel> top = prediction.top(2);
        assertThat(top).hasSize(2);
        assertThat(top.get(0).label()).isEqualTo(prediction.label());
        assertThat(top.get(0).probability()).isGreaterThanOrEqualTo(top.get(1).probability());
        assertThat(prediction.top(99)).hasSize(3);
    }

    @Test
    void aBatchCanBeUsedAgain() {
        List<byte[]> images = randomImages(2);
        try (ImageBatch batch = classifier.newBatch(2)) {
            batch.add(images.get(0));
            float first = classifier.classify(batch).get(0).probability(0);
            batch.clear();
            batch.add(images.get(1));
            batch.add(images.get(0));
            assertThat(batch.isFull()).isTrue();
            assertThat(classifier.classify(batch).get(1).probability(0)).isCloseTo(first, within(1e-5f));
        }
    }

    @Test
    void aBatchThatNoBufferHoldsIsRefusedAndTheModelGoesOn() {
        assertThatThrownBy(() -> classifier.newBatch(200_000)).hasMessageContaining("make batches smaller");
        assertThat(classifier.classify(randomImages(1))).hasSize(1);
    }

    @Test
    void anEmptyBatchGivesNothing() {
        try (ImageBatch batch = classifier.newBatch(4)) {
            assertThat(classifier.classify(batch)).isEmpty();
        }
    }

    @Test
    void forwardPassesOfSeveralBatchesShareTheProcessors() {
        int processors = Runtime.getRuntime().availableProcessors();
        List<byte[]> images = randomImages(2);
        List<ImageBatch> others = new ArrayList<>();
        try (ImageBatch batch = classifier.newBatch(2)) {
            images.forEach(batch::add);
            assertThat(classifier.classify(batch)).hasSize(2);
            assertThat(JniUtils.getNumThreads()).isEqualTo(processors);
            for (int i = 1; i < processors; i++) {
                others.add(classifier.newBatch(1));
            }
            assertThat(classifier.classify(batch)).hasSize(2);
            assertThat(JniUtils.getNumThreads()).isEqualTo(1);
            others.forEach(ImageBatch::close);
            assertThat(classifier.classify(batch)).hasSize(2);
            assertThat(JniUtils.getNumThreads()).isEqualTo(processors);
        }
    }

    @Test
    void subtasksShareOneSetOfWeightsUntilTheLastIsDone() {
        SharedModel one = SharedModel.acquire(folder.resolve("model"));
        SharedModel other = SharedModel.acquire(folder.resolve("model/../model"));
        assertThat(one.classifier()).isSameAs(other.classifier());
        one.close();
        one.close();
        assertThat(other.classifier().classify(randomImages(1))).hasSize(1);
        other.close();
        try (SharedModel anew = SharedModel.acquire(folder.resolve("model"))) {
            assertThat(anew.classifier()).isNotSameAs(other.classifier());
        }
    }

    private static List<byte[]> randomImages(int count) {
        Random random = new Random(count);
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] pixels = new byte[4800];
            random.nextBytes(pixels);
            images.add(pixels);
        }
        return images;
    }
}
