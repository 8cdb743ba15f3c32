package org.catalogtagger.streaming.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.TestBundles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleStoreTest {
    @TempDir
    private Path folder;

    private ModelBundle bundle;
    private Path volume;
    private String store;

    @BeforeEach
    void save() throws Exception {
        bundle = TinyModel.save(folder.resolve("tiny"), 1);
        volume = Files.createDirectory(folder.resolve("volume"));
        store = FaultyStore.uri(volume);
    }

    @AfterEach
    void heal() {
        FaultyStore.heal();
    }

    @Test
    void hasAFolderForEachVersion() throws Exception {
        assertThat(BundleStore.put(bundle, store + "/")).hasToString(store + "/tiny-1");
        assertThat(version(store + "/tiny-1")).isEqualTo("tiny-1");
        try (Stream<Path> files = Files.list(volume.resolve("tiny-1"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("SHA256SUMS", "model.json", "evaluation.json", "weights.safetensors");
        }
    }

    @Test
    void aBundleThatIsNotThereWholeIsNotThere() throws Exception {
        for (String file : new String[] {"weights.safetensors", "evaluation.json", "model.json", "SHA256SUMS"}) {
            FaultyStore.fault(file, FaultyStore.denied());
            assertThatThrownBy(() -> BundleStore.put(bundle, store))
                    .isInstanceOf(Exception.class)
                    .hasMessageContaining(store + "/tiny-1/" + file + ": not allowed");
            FaultyStore.heal();
            assertThatThrownBy(() -> version(store + "/tiny-1")).hasMessageContaining("no SHA256SUMS there");
        }
        BundleStore.put(bundle, store);
        assertThat(version(store + "/tiny-1")).isEqualTo("tiny-1");
    }

    @Test
    void whatIsThereStaysAndAnotherOfTheSameVersionIsRefused() throws Exception {
        for (String place : new String[] {store, volume.resolve("local").toString()}) {
            BundleAddress there = BundleStore.put(bundle, place);
            FaultyStore.fault("model.json", FaultyStore.denied());
            assertThat(BundleStore.put(bundle, place)).isEqualTo(there);
            FaultyStore.heal();

            Path other = TinyModel.save(folder.resolve("other"), 2).directory();
            TestBundles.editJson(other, "model.json", model -> model.put("modelVersion", "tiny-1"));
            assertThatThrownBy(() -> BundleStore.put(ModelBundle.open(other), place))
                    .isInstanceOf(BundleException.class)
                    .hasMessageContaining("another model of the same version is at " + there);
            assertThat(version(there.toString())).isEqualTo("tiny-1");
        }
    }

    @Test
    void noVersionLeadsOutOfIt() throws IOException {
        for (String version : new String[] {"../../up", "..", ".hidden", "a/b", "größe 2", "%2e%2e"}) {
            TestBundles.editJson(bundle.directory(), "model.json", model -> model.put("modelVersion", version));
            String there =
                    BundleStore.put(ModelBundle.open(bundle.directory()), store).toString();
            assertThat(Path.of(there.substring("store://bucket".length()))
                            .normalize()
                            .getParent())
                    .isEqualTo(volume);
            assertThat(version(there)).isEqualTo(version);
        }
    }

    private static String version(String uri) {
        return Bundles.open(uri, bundle -> bundle.description().modelVersion());
    }
}
