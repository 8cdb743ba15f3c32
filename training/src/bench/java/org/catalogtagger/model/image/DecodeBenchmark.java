package org.catalogtagger.model.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Images a second that one core decodes: ours, and its two JPEG readers alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class DecodeBenchmark {
    private final ImageDecoder decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);
    private final List<byte[]> jpegs = new ArrayList<>();
    private final ImageReader jdk = reader("com.sun.");
    private final ImageReader twelveMonkeys = reader("com.twelvemonkeys.");
    private int next;

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws IOException, RunnerException {
        Figures figures = new Figures();
        var options = new OptionsBuilder()
                .include("\\.DecodeBenchmark\\.")
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            figures.add(
                    result.getPrimaryResult().getLabel(),
                    result.getPrimaryResult().getScore(),
                    "images/s on one core");
        }
        figures.write(arguments);
    }

    @Setup
    public void draw() throws IOException {
        for (ProductShape shape : ProductShape.values()) {
            for (int i = 0; i < 8; i++) {
                jpegs.add(SampleCatalogue.jpeg(shape, new Random(i)));
            }
        }
    }

    @Benchmark
    public Object ours() throws UnreadableImageException {
        return decoder.decode(nextJpeg());
    }

    @Benchmark
    public Object jdkReader() throws IOException {
        return read(jdk);
    }

    @Benchmark
    public Object twelveMonkeysReader() throws IOException {
        return read(twelveMonkeys);
    }

    private Object read(ImageReader reader) throws IOException {
        reader.setInput(new ByteArrayImageInputStream(nextJpeg()), true, true);
        return reader.read(0);
    }

    private static ImageReader reader(String packagePrefix) {
        List<ImageReader> found = new ArrayList<>();
        ImageIO.getImageReadersByFormatName("jpeg").forEachRemaining(found::add);
        return found.stream()
                .filter(reader -> reader.getClass().getName().startsWith(packagePrefix))
                .findFirst()
                .orElseThrow();
    }

    private byte[] nextJpeg() {
        next = (next + 1) % jpegs.size();
        return jpegs.get(next);
    }
}
