package org.catalogtagger.model.image;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
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

/**
 * Images a second that one core decodes: everyday JPEGs of 60x80, and progressive ones of 1800x2400, the commonest size of
 * catalogues; each beside what the decoder was before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class DecodeBenchmark {
    private final ImageDecoder decoder = new ImageDecoder(ImageSize.NOTEBOOK, ImageLimits.DEFAULT);
    private final EarlierDecoder earlier = new EarlierDecoder(ImageSize.NOTEBOOK);
    private final List<byte[]> jpegs = new ArrayList<>();
    private byte[] progressive = {};
    private byte[] baseline = {};
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
        BufferedImage photograph = photograph();
        progressive = TestImages.jpeg(photograph, true);
        baseline = TestImages.jpeg(photograph, false);
    }

    /** A product with the grain of a camera. */
    private static BufferedImage photograph() throws IOException {
        BufferedImage image = new BufferedImage(1800, 2400, BufferedImage.TYPE_3BYTE_BGR);
        byte[] small = SampleCatalogue.jpeg(ProductShape.HANDBAGS, new Random(1));
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(ImageIO.read(new ByteArrayInputStream(small)), 0, 0, 1800, 2400, null);
        graphics.dispose();
        Random random = new Random(2);
        byte[] samples = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.max(0, Math.min(255, (samples[i] & 0xFF) + 5 * random.nextGaussian()));
        }
        return image;
    }

    @Benchmark
    public Object everyday() throws UnreadableImageException {
        return decoder.decode(nextJpeg());
    }

    @Benchmark
    public Object everydayBefore() {
        return earlier.everyday(nextJpeg());
    }

    @Benchmark
    public Object largeProgressive() throws UnreadableImageException {
        return decoder.decode(progressive);
    }

    @Benchmark
    public Object largeProgressiveBefore() throws IOException {
        return earlier.large(progressive);
    }

    @Benchmark
    public Object largeBaseline() throws UnreadableImageException {
        return decoder.decode(baseline);
    }

    @Benchmark
    public Object largeBaselineBefore() throws IOException {
        return earlier.large(baseline);
    }

    private byte[] nextJpeg() {
        next = (next + 1) % jpegs.size();
        return jpegs.get(next);
    }
}
