package org.catalogtagger.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused leaves nothing behind. */
class ClassifierLeakIT {
    private static final int TIMES = 200;
    private static final Architecture WIDE = new Architecture(List.of(4800, 64, 3), Activation.RELU, true, 0);

    /** A model of {@link #WIDE} takes 1.2 MB, 200 of them 246. */
    private static final long MOST_GROWTH = 60 << 20;

    @TempDir
    private Path folder;

    @Test
    void refusedBundlesLeaveNoMemoryBehind() throws IOException {
        assumeThat(Files.exists(Path.of("/proc/self/statm")))
                .as("skipped: this system does not say what a process holds")
                .isTrue();
        Path good = TinyModel.save(folder.resolve("good"), 1, WIDE, TinyModel.CLASSES)
                .directory();
        Path notFinite = TinyModel.save(folder.resolve("nan"), 2, WIDE, TinyModel.CLASSES)
                .directory();
        ModelBundle openedBefore = ModelBundle.open(notFinite);
        TestBundles.setWeight(notFinite, "norm1.running_mean", 0, Float.NaN);
        Path half = TinyModel.save(folder.resolve("half"), 3, WIDE, TinyModel.CLASSES)
                .directory();
        TestBundles.toBfloat16(half);
        Path overflowing = folder.resolve("overflowing");
        Architecture deep = new Architecture(List.of(4800, 64, 64, 64, 64, 64, 64, 64, 3), Activation.RELU, false, 0);
        TinyModel.save(overflowing, 4, deep, TinyModel.CLASSES);
        TestBundles.setWeights(overflowing, 1e6f);
        // What a process holds counts Java's heap too, which first grows to what it needs.
        refuse(TIMES, notFinite, half, overflowing, openedBefore);
        long before = residentBytes();
        refuse(TIMES, notFinite, half, overflowing, openedBefore);
        assertThat(residentBytes() - before).isLessThan(MOST_GROWTH);
        assertThat(SharedModel.inMemory()).isZero();
        try (SharedModel accepted = SharedModel.acquire(good)) {
            assertThat(accepted.classifier().classify(List.of(new byte[4800]))).hasSize(1);
        }
        assertThat(SharedModel.inMemory()).isZero();
    }

    private static void refuse(int times, Path notFinite, Path half, Path overflowing, ModelBundle openedBefore) {
        for (int i = 0; i < times; i++) {
            refuse(notFinite, half, overflowing, openedBefore);
        }
    }

    private static void refuse(Path notFinite, Path half, Path overflowing, ModelBundle openedBefore) {
        assertThatThrownBy(() -> SharedModel.acquire(notFinite)).isInstanceOf(BundleException.class);
        assertThatThrownBy(() -> SharedModel.acquire(half)).isInstanceOf(BundleException.class);
        assertThatThrownBy(() -> SharedModel.acquire(overflowing))
                .as("refused by its answers")
                .isInstanceOf(BundleException.class);
        assertThatThrownBy(() -> Classifier.load(openedBefore))
                .as("refused after its arrays were made")
                .isInstanceOf(BundleException.class);
    }

    private static long residentBytes() throws IOException {
        String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
        return Long.parseLong(pages) * 4096;
    }
}
