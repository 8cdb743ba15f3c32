package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLoaderTest {
    @TempDir
    private Path folder;

    @Test
    void aModelInUseWhoseStorageIsLateIsUsedOnceItIsThere() throws Exception {
        TinyModel.save(folder.resolve("1"), 1);
        AtomicInteger tries = new AtomicInteger();
        try (ModelLoader loader = new FakeTask().loader(path -> late(tries, path), ModelLoader.LATE_STORAGE);
                ModelBatch loaded = loader.reload(release("tiny-1"))) {
            assertThat(loaded.modelVersion()).isEqualTo("tiny-1");
        }
        assertThat(tries).hasValue(2);
        assertThat(SharedModel.inMemory()).isZero();
    }

    @Test
    void withoutPatienceItIsTriedOnce() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (ModelLoader loader = new FakeTask().loader(path -> late(tries, path), Duration.ZERO)) {
            assertThatThrownBy(() -> loader.reload(release("tiny-1"))).hasMessage("not mounted yet");
        }
        assertThat(tries).hasValue(1);
    }

    @Test
    void anotherVersionThanWasReleasedIsFreedAndRefused() throws Exception {
        TinyModel.save(folder.resolve("1"), 1);
        try (ModelLoader loader = new FakeTask()
                .loader(path -> ModelBatch.load(path, Programs.REFUSED, 1, ImageLimits.DEFAULT), Duration.ZERO)) {
            assertThatThrownBy(() -> loader.load(release("tiny-2")))
                    .hasMessageContaining("holds tiny-1, not tiny-2; was it overwritten");
        }
        assertThat(SharedModel.inMemory()).isZero();
    }

    private static ModelBatch late(AtomicInteger tries, String path) {
        if (tries.incrementAndGet() == 1) {
            throw new BundleException("not mounted yet");
        }
        return ModelBatch.load(path, Programs.REFUSED, 1, ImageLimits.DEFAULT);
    }

    private ModelRelease release(String version) {
        return new ModelRelease(Role.LIVE, folder.resolve("1").toString(), version, 7);
    }
}
