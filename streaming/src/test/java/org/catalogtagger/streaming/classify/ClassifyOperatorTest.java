package org.catalogtagger.streaming.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.catalogtagger.streaming.classify.IncomingImage.inline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.catalogtagger.model.Classifier;
import org.catalogtagger.model.ModelKind;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.TinyProgram;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageDecoder;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.streaming.events.Audit;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassifyOperatorTest {
    private static final int MAX_BATCH = 4;
    private static final long MAX_DELAY = 50;

    @TempDir
    private Path folder;

    private final Queue<OperatorEvent> reports = new ArrayDeque<>();
    private Programs programs = Programs.REFUSED;

    private TwoInputStreamOperatorTestHarness<IncomingImage, ModelRelease, TaggedImage> harness;

    @BeforeEach
    void open() throws Exception {
        TinyModel.save(folder.resolve("model"), 1);
        harness = harness(MAX_BATCH);
        harness.open();
        harness.setProcessingTime(1000);
    }

    private TwoInputStreamOperatorTestHarness<IncomingImage, ModelRelease, TaggedImage> harness() throws Exception {
        return harness(MAX_BATCH);
    }

    private TwoInputStreamOperatorTestHarness<IncomingImage, ModelRelease, TaggedImage> harness(int maxBatch)
            throws Exception {
        ClassifyOperator operator = new ClassifyOperator(
                folder.resolve("model").toString(),
                programs,
                maxBatch,
                Duration.ofMillis(MAX_DELAY),
                2,
                ImageLimits.DEFAULT,
                Audit.NONE);
        reports.clear();
        operator.connect(reports::add);
        return new TwoInputStreamOperatorTestHarness<>(operator);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    /** So that windows of before a restart are judged by it while no images come. */
    @Test
    void tellsOfItsModelBeforeTheFirstImage() {
        assertThat(harness.getSideOutput(ClassifyOperator.BASELINES))
                .extracting(told -> told.getValue().modelVersion())
                .containsExactly("tiny-1");
    }

    @Test
    void flushesAFullBatch() throws Exception {
        send(1, 2, 3);
        assertThat(tagged()).isEmpty();
        send(4, 5);
        assertThat(tagged()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void flushesWhenTheFirstImageHasWaitedTheDelay() throws Exception {
        send(1);
        harness.setProcessingTime(1000 + MAX_DELAY - 1);
        send(2);
        assertThat(tagged()).isEmpty();
        harness.setProcessingTime(1000 + MAX_DELAY);
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void theDelayOfTheNextBatchBeginsWithItsOwnFirstImage() throws Exception {
        send(1, 2, 3, 4);
        harness.setProcessingTime(1000 + MAX_DELAY - 10);
        send(5);
        harness.setProcessingTime(1000 + MAX_DELAY + 10);
        assertThat(tagged()).doesNotContain("5");
        harness.setProcessingTime(1000 + 2 * MAX_DELAY - 10);
        assertThat(tagged()).contains("5");
    }

    @Test
    void largeImagesDoNotWaitUntilTheirBatchIsFull() throws Exception {
        harness.close();
        harness = harness(100);
        harness.open();
        harness.setProcessingTime(1000);
        int size = 15 << 20;
        for (int id = 1; id <= 9; id++) {
            byte[] image = Arrays.copyOf(jpeg(id), size);
            harness.processElement1(new StreamRecord<>(inline(new InputRecord(key(id), image, List.of(), id)), id));
        }
        int fit = Math.toIntExact(ClassifyOperator.MAX_WAITING_BYTES / size) + 1;
        assertThat(tagged()).hasSize(fit).containsExactly("1", "2", "3", "4", "5");
        harness.endInput1();
        assertThat(tagged()).hasSize(9);
    }

    @Test
    void flushesBeforeTheCheckpointBarrier() throws Exception {
        send(1, 2);
        harness.getOperator().prepareSnapshotPreBarrier(1);
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void flushesAtTheEndOfTheInput() throws Exception {
        send(1, 2);
        harness.endInput1();
        assertThat(tagged()).containsExactly("1", "2");
    }

    @Test
    void aWatermarkDoesNotOvertakeTheImagesBeforeIt() throws Exception {
        send(1, 2);
        harness.processWatermark1(new Watermark(99));
        assertThat(harness.getOutput()).isEmpty();
        send(3, 4);
        assertThat(harness.getOutput()).hasSize(5).last().isEqualTo(new Watermark(99));
        harness.processWatermark1(new Watermark(100));
        assertThat(harness.getOutput()).hasSize(6).last().isEqualTo(new Watermark(100));
    }

    @Test
    void theHeldWatermarkGoesBeforeTheStreamIsIdle() throws Exception {
        send(1);
        harness.processWatermark1(new Watermark(99));
        harness.processWatermarkStatus1(WatermarkStatus.IDLE);
        assertThat(harness.getOutput().toArray()).hasSize(3).satisfies(output -> {
            assertThat(output[1]).isEqualTo(new Watermark(99));
            assertThat(output[2]).isEqualTo(WatermarkStatus.IDLE);
        });
    }

    @Test
    void aTagSaysWhatWhenAndByWhom() throws Exception {
        send(1, 2, 3, 4);
        StreamRecord<?> first = (StreamRecord<?>) harness.getOutput().peek();
        TaggedImage tag = (TaggedImage) first.getValue();
        assertThat(first.getTimestamp()).isEqualTo(10);
        assertThat(tag.eventTime()).isEqualTo(10);
        assertThat(tag.taggedAt()).isEqualTo(1000);
        assertThat(tag.modelVersion()).isEqualTo("tiny-1");
        assertThat(tag.top()).hasSize(2);
        assertThat(tag.label()).isIn(TinyModel.CLASSES);
        assertThat(tag.truth()).contains("Ties");
    }

    @Test
    void theWatermarksOfReleasesDoNotCount() throws Exception {
        harness.processWatermark2(new Watermark(Long.MAX_VALUE));
        harness.processWatermarkStatus2(WatermarkStatus.IDLE);
        assertThat(harness.getOutput()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRejectedAndTheRestIsTagged() throws Exception {
        send(1);
        harness.processElement1(inline(new InputRecord(key(2), "no image".getBytes(UTF_8), List.of(), 20)), 20);
        harness.processElement1(inline(new InputRecord(null, jpeg(3), List.of(), 30)), 30);
        send(4, 5, 6);
        assertThat(tagged()).containsExactly("1", "4", "5", "6");
        assertThat(harness.getSideOutput(Rejection.OUTPUT))
                .extracting(rejection -> rejection.getValue().reason())
                .containsExactly("unsupported-format", "unusable-key");
    }

    @Test
    void aKeyThatIsTooLongForAProductIdIsRejected() throws Exception {
        harness.processElement1(inline(new InputRecord(new byte[1025], jpeg(1), List.of(), 10)), 10);
        assertThat(harness.getSideOutput(Rejection.OUTPUT))
                .extracting(rejection -> rejection.getValue().reason())
                .containsExactly("unusable-key");
    }

    @Test
    void aGiantSegmentIsCutAndTheProductTagged() throws Exception {
        List<EventHeader> headers = List.of(new EventHeader("segment", new byte[600_000]));
        harness.processElement1(inline(new InputRecord(key(1), jpeg(1), headers, 10)), 10);
        harness.endInput1();
        TaggedImage tag = tags().findFirst().orElseThrow();
        assertThat(EventHeader.text(tag.headers(), "segment").orElseThrow()).hasSize(256);
        assertThat(EventHeader.text(tag.headers(), "cut")).contains("segment=600000");
    }

    @Test
    void aReleasedModelTakesOverBetweenTwoBatches() throws Exception {
        TinyModel.save(folder.resolve("next"), 2);
        send(1, 2);
        release(Role.LIVE, "next");
        send(3, 4, 5, 6);
        assertThat(versions()).containsExactly("tiny-1", "tiny-1", "tiny-2", "tiny-2", "tiny-2", "tiny-2");
        assertThat(outcomes()).singleElement().satisfies(outcome -> {
            assertThat(outcome.accepted()).isTrue();
            assertThat(outcome.modelVersion()).isEqualTo("tiny-2");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aModelOfAnyKindIsReleasedAndTagsAsItsClassifierDoes(ModelKind kind) throws Exception {
        harness.close();
        programs = Programs.ALLOWED;
        harness = harness();
        harness.open();
        kind.save(folder.resolve("next"));
        ModelDescription next = ModelBundle.open(folder.resolve("next")).description();
        release(Role.LIVE, "next");
        assertThat(outcomes()).singleElement().satisfies(outcome -> assertThat(outcome.accepted())
                .as(outcome.detail())
                .isTrue());
        send(1, 2, 3, 4);
        assertThat(versions()).hasSize(4).containsOnly(next.modelVersion());
        ImageDecoder decoder = new ImageDecoder(next.input().framing(), ImageLimits.DEFAULT);
        try (Classifier classifier = Classifier.load(folder.resolve("next"))) {
            for (TaggedImage tag : harness.extractOutputValues()) {
                byte[] pixels = decoder.decode(jpeg(Integer.parseInt(tag.productId())));
                Prediction expected = classifier.classify(List.of(pixels)).get(0);
                assertThat(tag.label()).isEqualTo(expected.label());
                assertThat(tag.top().get(0).probability())
                        .isCloseTo(expected.probability(expected.best()), within(1e-5f));
            }
        }
    }

    @Test
    void aBundleThatCannotBeUsedIsRefusedAndTheModelStays() throws Exception {
        TinyModel.save(folder.resolve("broken"), 2);
        Files.write(folder.resolve("broken/weights.safetensors"), new byte[] {1, 2, 3});
        release(Role.LIVE, "broken");
        release(Role.LIVE, "nowhere");
        TinyProgram.save(folder.resolve("program"));
        release(Role.SHADOW, "program");
        send(1, 2, 3, 4);
        assertThat(versions()).containsOnly("tiny-1");
        assertThat(outcomes()).hasSize(3).noneMatch(ReleaseOutcome::accepted);
        assertThat(outcomes().get(0).detail()).contains("weights.safetensors");
        assertThat(outcomes().get(1).detail()).contains("nowhere");
        assertThat(outcomes().get(2).detail()).contains("holds a TorchScript program");
    }

    @Test
    void aBundleThatWasOverwrittenSinceItsReleaseIsRefused() throws Exception {
        TinyModel.save(folder.resolve("next"), 3);
        String path = folder.resolve("next").toString();
        harness.processElement2(new ModelRelease(Role.LIVE, path, "tiny-2", 7), 7);
        awaitOutcomes(1);
        assertThat(outcomes().get(0).detail()).contains("tiny-3").contains("tiny-2");
    }

    @Test
    void aShadowTagsTheSameImagesBesideTheLiveModelUntilItIsWithdrawn() throws Exception {
        TinyModel.save(folder.resolve("next"), 2);
        release(Role.SHADOW, "next");
        send(1, 2, 3, 4);
        assertThat(versions()).containsOnly("tiny-1");
        assertThat(shadowTags()).extracting(TaggedImage::productId).containsExactly("1", "2", "3", "4");
        assertThat(shadowTags()).extracting(TaggedImage::modelVersion).containsOnly("tiny-2");

        harness.processElement2(new ModelRelease(Role.SHADOW, "", "", 8), 8);
        awaitOutcomes(2);
        send(5, 6, 7, 8);
        assertThat(tagged()).hasSize(8);
        assertThat(shadowTags()).hasSize(4);
    }

    /** Of its images, which are larger, a batch takes fewer. */
    @Test
    void aShadowOfLargerImagesCostsTheLiveModelNoTag() throws Exception {
        TinyModel.save(folder.resolve("next"), 2, Framing.squash(new ImageSize(90, 120)));
        release(Role.SHADOW, "next");
        send(1, 2, 3, 4, 5);
        harness.setProcessingTime(2000);
        assertThat(versions()).hasSize(5).containsOnly("tiny-1");
        assertThat(shadowTags()).extracting(TaggedImage::productId).containsExactly("1", "2", "3", "4", "5");
        assertThat(harness.getSideOutput(Rejection.OUTPUT)).isNullOrEmpty();
    }

    @Test
    void aPromotedShadowEnds() throws Exception {
        TinyModel.save(folder.resolve("next"), 2);
        release(Role.SHADOW, "next");
        release(Role.LIVE, "next");
        send(1, 2, 3, 4);
        assertThat(versions()).containsOnly("tiny-2");
        assertThat(harness.getSideOutput(ClassifyOperator.SHADOW)).isNull();
    }

    @Test
    void aRestoredOperatorGoesOnWithTheReleasedModels() throws Exception {
        TinyModel.save(folder.resolve("next"), 2);
        TinyModel.save(folder.resolve("beside"), 3);
        release(Role.LIVE, "next");
        release(Role.SHADOW, "beside");
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();

        harness = harness();
        harness.initializeState(state);
        harness.open();
        send(1, 2, 3, 4);
        assertThat(versions()).containsOnly("tiny-2");
        assertThat(shadowTags()).extracting(TaggedImage::modelVersion).containsOnly("tiny-3");
    }

    @Test
    void aRestoredOperatorWhoseReleasedModelIsGoneFallsBack() throws Exception {
        TinyModel.save(folder.resolve("next"), 2);
        release(Role.LIVE, "next");
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        AtomicDirectory.deleteRecursively(folder.resolve("next"));

        harness = harness();
        harness.initializeState(state);
        harness.open();
        send(1, 2, 3, 4);
        awaitOutcomes(1);
        assertThat(versions()).containsOnly("tiny-1");
        assertThat(outcomes().get(0).accepted()).isFalse();
    }

    private void send(int... ids) throws Exception {
        List<EventHeader> headers = List.of(new EventHeader("label", "Ties".getBytes(UTF_8)));
        for (int id : ids) {
            harness.processElement1(inline(new InputRecord(key(id), jpeg(id), headers, 10L * id)), 10L * id);
        }
    }

    private static byte[] key(int id) {
        return Integer.toString(id).getBytes(UTF_8);
    }

    private static byte[] jpeg(int id) throws IOException {
        return SampleCatalogue.jpeg(ProductShape.TIES, new Random(id));
    }

    /** Releases a bundle and lets the task do what follows from it. */
    private void release(Role role, String bundle) throws Exception {
        int before = outcomes().size();
        String path = folder.resolve(bundle).toString();
        harness.processElement2(new ModelRelease(role, path, "", 7), 7);
        awaitOutcomes(before + 1);
    }

    private void awaitOutcomes(int count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (outcomes().size() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no outcome within a minute");
            }
            decide();
            Optional<Mail> mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
            if (mail.isPresent()) {
                mail.get().run();
            } else {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    /** As the coordinator of a job with one subtask. */
    private void decide() {
        for (OperatorEvent report = reports.poll(); report != null; report = reports.poll()) {
            ReleaseEvent decision;
            if (report instanceof ReleaseEvent.Vote vote) {
                decision = vote.refused()
                        .<ReleaseEvent>map(why -> new ReleaseEvent.Abort(vote.release(), why))
                        .orElse(new ReleaseEvent.Commit(vote.release()));
            } else {
                ReleaseEvent.Lost lost = (ReleaseEvent.Lost) report;
                decision = new ReleaseEvent.FallBack(lost.role(), lost.why());
            }
            ((ClassifyOperator) harness.getOperator()).handleOperatorEvent(decision);
        }
    }

    private List<ReleaseOutcome> outcomes() {
        var records = harness.getSideOutput(ClassifyOperator.RELEASES);
        return records == null
                ? List.of()
                : records.stream().map(StreamRecord::getValue).toList();
    }

    private List<TaggedImage> shadowTags() {
        return harness.getSideOutput(ClassifyOperator.SHADOW).stream()
                .map(StreamRecord::getValue)
                .toList();
    }

    private List<String> versions() {
        return tags().map(TaggedImage::modelVersion).toList();
    }

    private List<String> tagged() {
        return tags().map(TaggedImage::productId).toList();
    }

    private Stream<TaggedImage> tags() {
        return harness.getOutput().stream()
                .filter(StreamRecord.class::isInstance)
                .map(output -> (TaggedImage) ((StreamRecord<?>) output).getValue());
    }
}
