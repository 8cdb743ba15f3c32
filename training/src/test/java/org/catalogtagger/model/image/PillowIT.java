package org.catalogtagger.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.catalogtagger.RealData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Our gray levels and colours against those of Python's Pillow, on real and drawn files of all formats and on what becomes of them when
 * they are damaged. {@code -Dpillow.images=60000} makes it longer.
 */
class PillowIT {
    private static final int IMAGES = Integer.getInteger("pillow.images", 6000);
    private static final int REAL_FILES = 600;
    private static final long MOST_CPU_NANOS = 1_000_000_000;

    /** Beside Pillow, since a bound in seconds fails where the machine is slow; 2.6 of gray.gif were the most measured. */
    private static final long MOST_TIMES_PILLOW = 6;

    private static final long MOST_PIXELS_NOT_REDUCED = 1_000_000;
    private static final long MOST_EXTRA_BYTES = 64L << 20;

    /** What we refuse of a kind of damage though Pillow reads it, at most; where it is more than a tenth. */
    private static final Map<String, Double> MOST_REFUSED = Map.of(
            // Whole MCUs or rows lack of it, which Pillow fills up.
            "CUT_OFF_AND_ENDED", 0.45,
            "PARTS_REMOVED", 0.32,
            "RANGE_REMOVED", 0.3,
            // Checksums are wrong, bytes stand between segments, there are two of what should be there once.
            "PARTS_DUPLICATED", 0.28,
            "PARTS_OF_ANOTHER", 0.28,
            "RANGE_INSERTED", 0.27,
            "BLOCK_OVERWRITTEN", 0.25,
            "PARTS_SWAPPED", 0.24,
            "SPLICED", 0.17);

    private final Map<String, Count> counts = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /** What came of one kind of damage. */
    private static final class Count {
        int both;
        int neither;
        int onlyPillow;
        double worst;
        double sum;

        double refusedShare() {
            return (double) onlyPillow / (both + neither + onlyPillow);
        }

        @Override
        public String toString() {
            return "%6d read by both (mean difference %.3f, at most %.3f), %5d by neither, %5d by Pillow alone"
                    .formatted(both, both == 0 ? 0 : sum / both, worst, neither, onlyPillow);
        }
    }

    @ParameterizedTest
    @EnumSource(Colors.class)
    void readsWhatPillowReadsAndNothingThatPillowRefuses(Colors colors, @TempDir Path folder) throws Exception {
        try (PillowOracle pillow = PillowOracle.start(colors)) {
            pillow.draw(folder);
            List<byte[]> files = drawn(folder);
            List<byte[]> real = real();
            Random random = new Random(16);
            ImageMutations[] mutations = ImageMutations.values();
            for (int i = 0; i < IMAGES; i++) {
                // Every second one a real photograph, if there are any.
                byte[] file = pick(real.isEmpty() || i % 2 == 0 ? files : real, random);
                byte[] other = pick(random.nextBoolean() || real.isEmpty() ? files : real, random);
                ImageMutations mutation = mutations[random.nextInt(mutations.length)];
                compare(pillow, colors, mutation.apply(file, other, random), mutation.name(), i);
            }
            report(colors, real.size());
            assertThat(faults).isEmpty();
            counts.forEach((mutation, count) -> assertThat(count.refusedShare())
                    .as("%s: refused, though Pillow reads it", mutation)
                    .isLessThan(MOST_REFUSED.getOrDefault(mutation, 0.1)));
            Count whole = Objects.requireNonNull(counts.get("AS_IT_IS"));
            assertThat(whole.onlyPillow).as("whole files that are refused").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Colors.class)
    void readsEveryVariantOfTheFormatsAsPillowDoes(Colors colors, @TempDir Path folder) throws Exception {
        try (PillowOracle pillow = PillowOracle.start(colors)) {
            pillow.draw(folder);
            List<byte[]> files = drawn(folder);
            for (int i = 0; i < files.size(); i++) {
                compare(pillow, colors, files.get(i), "VARIANT", i);
            }
            System.out.printf("variants of the formats, %s: %s%n", colors, counts);
            assertThat(faults).isEmpty();
            Count all = Objects.requireNonNull(counts.get("VARIANT"));
            assertThat(all.onlyPillow).isZero();
            assertThat(all.both).isEqualTo(files.size());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void takesAFewTimesPillowsCpuAnd64MegabytesBeyondBytesAndPixels(@TempDir Path folder) throws Exception {
        Map<String, Long> pillowMillis;
        try (PillowOracle pillow = PillowOracle.start(Colors.GRAY)) {
            pillow.drawCostly(folder);
            pillowMillis = pillow.cost(folder);
        }
        try (Stream<Path> drawn = Files.list(folder)) {
            List<Path> files = drawn.sorted().toList();
            for (PeakMemory cost : costs(Framing.squash(ImageSize.NOTEBOOK), files)) {
                long theirMillis = Objects.requireNonNull(pillowMillis.get(cost.file()));
                System.out.println(cost + ", Pillow " + theirMillis + " ms");
                assertThat(cost.cpuMillis()).as(cost.file()).isLessThan(MOST_TIMES_PILLOW * theirMillis);
                assertThat(cost.bytes())
                        .as(cost.file())
                        .isLessThan(Files.size(folder.resolve(cost.file())) + samples(cost.file()) + MOST_EXTRA_BYTES);
            }
            // Framed, and of gray pictures three planes: as they are decoded, turned, and handed on.
            for (PeakMemory cost : costs(new Framing(new ImageSize(60, 80, Colors.RGB), Framing.Fit.FIT), files)) {
                System.out.println(cost + ", colours, fitted");
                long samples = (cost.file().startsWith("gray") ? 3 : 1) * samples(cost.file());
                assertThat(cost.bytes())
                        .as(cost.file() + " in colours")
                        .isLessThan(Files.size(folder.resolve(cost.file())) + 3 * samples + MOST_EXTRA_BYTES);
            }
        }
    }

    private static List<PeakMemory> costs(Framing framing, List<Path> files) throws Exception {
        List<PeakMemory> costs = PeakMemory.of(framing, files);
        assertThat(costs).hasSameSizeAs(files);
        return costs;
    }

    private static long samples(String file) {
        long pixels =
                switch (file) {
                    case "lossless.webp" -> 12_000_000;
                    case "gray.bmp" -> 16_000_000;
                    case "lzw.tif" -> 32_000_000;
                    case "cmyk.jpg" -> 9_000_000;
                    default -> 40_000_000;
                };
        return pixels * (file.startsWith("gray") ? 1 : file.startsWith("cmyk") ? 4 : 3);
    }

    private void compare(PillowOracle pillow, Colors colors, byte[] file, String mutation, int number)
            throws Exception {
        Optional<Picture> theirs = pillow.read(file);
        Count count = counts.computeIfAbsent(mutation, name -> new Count());
        long pixels = theirs.map(picture -> picture.width() * picture.height()).orElse(0);
        ImageSize notebook = new ImageSize(60, 80, colors);
        Optional<byte[]> ours = ours(file, notebook, pixels, mutation + " " + number);
        if (theirs.isEmpty()) {
            count.neither++;
            if (ours.isPresent()) {
                fault(file, mutation, number, "Pillow refuses it");
            }
        } else if (ours.isEmpty()) {
            count.onlyPillow++;
        } else {
            Picture picture = theirs.get();
            double difference = difference(framed(picture, notebook), ours.get());
            if (pixels <= MOST_PIXELS_NOT_REDUCED) {
                ImageSize size = new ImageSize(picture.width(), picture.height(), colors);
                byte[] full = ours(file, size, pixels, mutation).orElseThrow();
                difference = Math.max(difference, difference(framed(picture, size), full));
            }
            count.both++;
            count.sum += difference;
            count.worst = Math.max(count.worst, difference);
            if (difference >= 1) {
                fault(file, mutation, number, "%.3f levels apart".formatted(difference));
            }
        }
    }

    private static byte[] framed(Picture picture, ImageSize size) {
        return new NativeImages(Framing.squash(size)).framed(picture);
    }

    private Optional<byte[]> ours(byte[] file, ImageSize size, long pixels, String what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ImageDecoder decoder = new ImageDecoder(size, ImageLimits.DEFAULT);
        long cpu = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        try {
            return Optional.of(decoder.decode(file));
        } catch (UnreadableImageException e) {
            return Optional.empty();
        } finally {
            if (threads.getCurrentThreadCpuTime() - cpu > MOST_CPU_NANOS
                    || threads.getCurrentThreadAllocatedBytes() - allocated
                            > file.length + 3L * size.colors().channels() * pixels + MOST_EXTRA_BYTES) {
                faults.add(what + " took more than a second or 64 MB");
            }
        }
    }

    private void fault(byte[] file, String mutation, int number, String what) throws IOException {
        String name = "%s-%d.bin".formatted(mutation, number);
        Path kept = Files.createDirectories(Path.of("target/pillow")).resolve(name);
        Files.write(kept, file);
        faults.add("%s: %s".formatted(kept, what));
    }

    private void report(Colors colors, int real) {
        System.out.printf(
                "against Pillow, %s, %d files, %s real ones among them:%n", colors, IMAGES, real == 0 ? "no" : "half");
        counts.forEach((mutation, count) -> System.out.printf("  %-18s %s%n", mutation, count));
    }

    private static double difference(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
        }
        return (double) sum / a.length;
    }

    private static byte[] pick(List<byte[]> files, Random random) {
        return files.get(random.nextInt(files.size()));
    }

    private static List<byte[]> drawn(Path folder) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> drawn = Files.list(folder)) {
            for (Path file : drawn.sorted().toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        for (String name :
                List.of("arithmetic", "arithmetic-progressive", "restarts", "two-scans", "odd-sampling", "rgb")) {
            try (InputStream in = PillowIT.class.getResourceAsStream(name + ".jpg")) {
                byte[] file = in.readAllBytes();
                for (int i = 0; i < 5; i++) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static List<byte[]> real() throws IOException {
        List<byte[]> files = new ArrayList<>();
        Optional<Path> folder = RealData.folder();
        if (folder.isPresent()) {
            List<ImageFolder.Entry> all = ImageFolder.scan(folder.get()).images();
            for (int i = 0; i < REAL_FILES; i++) {
                files.add(Files.readAllBytes(
                        all.get((int) ((long) i * all.size() / REAL_FILES)).file()));
            }
        }
        return files;
    }
}
