package org.catalogtagger.streaming.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.catalogtagger.cli.TemporaryFolder;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.TinyProgram;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.streaming.bundles.StoreCalls.Limits;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundlesTest {
    private static final String WEIGHTS = "weights.safetensors";
    private static final int SUBTASKS = 8;

    /** Three tries, as many as a store gets; without rest between. */
    private static final Limits PATIENT =
            new Limits(Duration.ofSeconds(30), Duration.ofSeconds(60), 3, Duration.ofMillis(1));

    private static final Limits HASTY =
            new Limits(Duration.ofMillis(50), Duration.ofSeconds(60), 2, Duration.ofMillis(1));

    @TempDir
    private Path folder;

    private Path bundle;
    private String uri;
    private int inMemory;

    @BeforeEach
    void save() throws Exception {
        bundle = TinyModel.save(folder.resolve("tiny"), 1).directory();
        uri = FaultyStore.uri(bundle);
        inMemory = SharedModel.inMemory();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(SharedModel.inMemory()).isEqualTo(inMemory);
        FaultyStore.heal();
        RunningJob.await("the end of what hung", () -> StoreCalls.hanging() == 0);
        try (Stream<Path> left = Files.list(TemporaryFolder.ofThisProcess())) {
            assertThat(left)
                    .noneMatch(file -> String.valueOf(file.getFileName()).startsWith("bundle-"));
        }
    }

    @Test
    void isFetchedOnceForAllThatUseItAtATime() {
        List<CompletableFuture<SharedModel>> subtasks = acquireAtOnce();
        subtasks.forEach(subtask ->
                assertThat(subtask.join().description().modelVersion()).isEqualTo("tiny-1"));
        assertThat(FaultyStore.opened(WEIGHTS)).isEqualTo(1);
        assertThat(SharedModel.inMemory()).isEqualTo(inMemory + 1);
        subtasks.forEach(subtask -> subtask.join().close());
    }

    @Test
    void whoWaitsForAFetchThatFailsFailsWithIt() {
        FaultyStore.fault(WEIGHTS, time -> {
            // Each of them asks for the sums, and who fetches does once more.
            while (FaultyStore.opened("SHA256SUMS") < SUBTASKS + 1) {
                Thread.onSpinWait();
            }
            return FaultyStore.denied().happen(time);
        });
        assertThat(acquireAtOnce())
                .allSatisfy(subtask -> assertThatThrownBy(subtask::join).hasMessageContaining("not allowed"));
        assertThat(FaultyStore.opened(WEIGHTS)).isLessThan(SUBTASKS);
        FaultyStore.heal();
        Bundles.acquire(uri, Programs.ALLOWED, PATIENT).close();
    }

    private List<CompletableFuture<SharedModel>> acquireAtOnce() {
        List<CompletableFuture<SharedModel>> subtasks = new ArrayList<>();
        for (int i = 0; i < SUBTASKS; i++) {
            CompletableFuture<SharedModel> model = new CompletableFuture<>();
            subtasks.add(model);
            new Thread(() -> {
                        try {
                            model.complete(Bundles.acquire(uri, Programs.ALLOWED, PATIENT));
                        } catch (BundleException e) {
                            model.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        return subtasks;
    }

    @Test
    void aProgramIsNotFetchedWhereNoneMayBe() throws Exception {
        AtomicDirectory.deleteRecursively(bundle);
        TinyProgram.save(bundle);
        assertThatThrownBy(() -> Bundles.acquire(uri, Programs.REFUSED, PATIENT))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(uri)
                .hasMessageContaining("holds a TorchScript program");
        assertThat(FaultyStore.opened("program.pt")).isZero();
        Bundles.acquire(uri, Programs.ALLOWED, PATIENT).close();
    }

    @Test
    void anotherModelUnderTheUriIsAnotherModel() throws Exception {
        try (SharedModel first = Bundles.acquire(uri, Programs.ALLOWED, PATIENT)) {
            TinyModel.save(bundle, 2);
            try (SharedModel second = Bundles.acquire(uri, Programs.ALLOWED, PATIENT)) {
                assertThat(first.description().modelVersion()).isEqualTo("tiny-1");
                assertThat(second.description().modelVersion()).isEqualTo("tiny-2");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA256SUMS", "model.json", "evaluation.json", WEIGHTS})
    void whatFailsOrEndsEarlyIsTriedAgain(String file) {
        FaultyStore.fault(file, FaultyStore.failing(2));
        Bundles.acquire(uri, Programs.ALLOWED, PATIENT).close();
        FaultyStore.heal();
        FaultyStore.fault(file, FaultyStore.cutTo(10, 2));
        Bundles.acquire(uri, Programs.ALLOWED, PATIENT).close();
        assertThat(FaultyStore.opened(file)).isGreaterThanOrEqualTo(3);
    }

    @Test
    void whatGoesOnFailingIsOneLineThatSaysWhere() {
        FaultyStore.fault(WEIGHTS, FaultyStore.failing(3));
        assertRefused(uri, uri + "/weights.safetensors: 503 Slow Down");
        FaultyStore.fault(WEIGHTS, FaultyStore.cutTo(1000, 9));
        assertRefused(uri, "weights.safetensors: it has 308,", "bytes, but 1000 came");
    }

    @Test
    void whoHasNoRightsIsAskedForThemAtOnce() {
        FaultyStore.fault("SHA256SUMS", FaultyStore.denied());
        assertRefused(uri, uri + "/SHA256SUMS: not allowed; are the credentials right? 403 Forbidden");
        assertThat(FaultyStore.opened("SHA256SUMS")).isEqualTo(1);
    }

    @Test
    void aStoreThatHangsIsGivenUp() {
        FaultyStore.fault("SHA256SUMS", FaultyStore.hanging());
        assertThatThrownBy(() -> Bundles.acquire(uri, Programs.ALLOWED, HASTY))
                .isInstanceOf(BundleException.class)
                .hasMessage(uri + "/SHA256SUMS: nothing came for 0.05 s");
    }

    /** A call that is given up before it has begun does not hang. */
    @Test
    void aStoreThatHangsIsAskedNoMoreOnceManyCallsHang() {
        FaultyStore.fault("SHA256SUMS", FaultyStore.hanging());
        while (StoreCalls.hanging() < 8) {
            assertThatThrownBy(() -> Bundles.acquire(uri, Programs.ALLOWED, HASTY))
                    .isInstanceOf(BundleException.class);
        }
        int asked = FaultyStore.opened("SHA256SUMS");
        assertThatThrownBy(() -> Bundles.acquire(uri, Programs.ALLOWED, HASTY))
                .hasMessageEndingWith(": 8 earlier calls hang");
        assertThat(FaultyStore.opened("SHA256SUMS")).isEqualTo(asked);
    }

    @Test
    void aStoreThatTricklesIsGivenUpWhenTheTimeForAllIsOver() {
        Limits limits = new Limits(Duration.ofMillis(500), Duration.ofSeconds(2), 3, Duration.ofMillis(1));
        FaultyStore.fault(WEIGHTS, FaultyStore.trickling());
        assertThatThrownBy(() -> Bundles.acquire(uri, Programs.ALLOWED, limits))
                .hasMessage(uri + "/weights.safetensors: not there within 2.0 s");
    }

    @Test
    void whoeverIsInterruptedWaitsNoLonger() throws Exception {
        FaultyStore.fault(WEIGHTS, FaultyStore.hanging());
        CompletableFuture<String> refusal = new CompletableFuture<>();
        Thread subtask = new Thread(() -> {
            try {
                Bundles.acquire(uri, Programs.ALLOWED, PATIENT).close();
            } catch (BundleException e) {
                refusal.complete(e.getMessage());
            }
        });
        subtask.start();
        subtask.interrupt();
        assertThat(refusal.get()).isEqualTo("interrupted while it fetched " + uri);
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        assertRefused(uri + "-gone", "no model bundle at " + uri + "-gone: no SHA256SUMS there");
        Files.delete(bundle.resolve(WEIGHTS));
        assertRefused(uri, "the model bundle " + uri + " has no weights.safetensors");
        assertRefused("nowhere://bucket/model", "no file system for its scheme is here");
    }

    @Test
    void aFileThatIsTooLargeIsNotOpened() throws Exception {
        Files.write(bundle.resolve(WEIGHTS), new byte[2 << 20]);
        assertRefused(uri, uri + "/weights.safetensors: 2,097,152 bytes, more than the 1,3");
        assertThat(FaultyStore.opened(WEIGHTS)).isZero();
        Files.write(bundle.resolve("SHA256SUMS"), new byte[1 << 20]);
        assertRefused(uri, uri + "/SHA256SUMS: 1,048,576 bytes, more than the 65,536");
    }

    @Test
    void aFolderOfSomethingElseCostsNoMoreThanItsDescription() throws Exception {
        Files.writeString(bundle.resolve("model.json"), "{}");
        assertRefused(uri, uri + "/model.json: ");
        assertThat(FaultyStore.opened(WEIGHTS)).isZero();
    }

    @Test
    void whatIsWrongWithItIsSaidOfTheUri() throws Exception {
        TestBundles.toBfloat16(bundle);
        assertRefused(uri, uri + "/weights.safetensors: layer1.weight is bfloat16");
        TinyModel.save(bundle, 1);
        byte[] weights = Files.readAllBytes(bundle.resolve(WEIGHTS));
        weights[weights.length - 1] ^= 1;
        Files.write(bundle.resolve(WEIGHTS), weights);
        assertRefused(uri, uri + "/weights.safetensors: its SHA-256 differs");
    }

    @Test
    void whatIsReplacedWhileItIsFetchedIsRefused() {
        FaultyStore.fault("SHA256SUMS", time -> {
            if (time == 2) {
                TinyModel.save(bundle, 2);
            }
            return 0;
        });
        assertRefused(uri, uri + " is being replaced; try again");
    }

    @Test
    void ofThisMachineNothingIsCopied() {
        try (SharedModel byPath = Bundles.acquire(bundle.toString());
                SharedModel byUri = Bundles.acquire(bundle.toUri().toString())) {
            assertThat(byPath.classifier()).isSameAs(byUri.classifier());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "s3://key:secret@bucket/model, must hold no user's name or password",
        "s3://bucket/model?versionId=7, has no query or fragment",
        "s3://bucket/my model, no URI of a model bundle",
        "file://host/model, no directory can be named file://host/model"
    })
    void noBundleLiesThere(String text, String fault) {
        assertThatThrownBy(() -> Bundles.acquire(text))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(fault)
                .hasMessageNotContaining("secret");
    }

    private static void assertRefused(String uri, String... parts) {
        assertThatThrownBy(() -> Bundles.acquire(uri, Programs.ALLOWED, PATIENT))
                .isInstanceOf(BundleException.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining(TemporaryFolder.ofThisProcess().toString());
    }
}
