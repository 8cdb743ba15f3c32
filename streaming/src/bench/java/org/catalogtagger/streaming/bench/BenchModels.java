package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;

/** Untrained models: how fast one is does not depend on what it has learnt. */
public final class BenchModels {
    private static final List<String> CLASSES =
            IntStream.range(0, 52).mapToObj(i -> "class " + i).toList();

    private BenchModels() {}

    /** 4800-512-256-52. */
    public static Path compact(Path directory) throws IOException {
        return compact(directory, 1);
    }

    /** Another of that shape. */
    static Path compact(Path directory, int seed) throws IOException {
        return save(directory, seed, List.of(4800, 512, 256, CLASSES.size()));
    }

    /** The notebook's, of 125,517,872 parameters. */
    static Path big(Path directory) throws IOException {
        return save(directory, 1, Architecture.NOTEBOOK_LAYERS);
    }

    private static Path save(Path directory, int seed, List<Integer> layers) throws IOException {
        Architecture architecture = new Architecture(layers, Activation.RELU, false, 0);
        return TinyModel.save(directory, seed, architecture, CLASSES).directory();
    }
}
