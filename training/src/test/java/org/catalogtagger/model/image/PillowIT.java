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
import org.junit.jupiter.api.io.TempDir;

/**
 * Our gray levels against those of Python's Pillow, on real and drawn files of all formats and on what becomes of them when
 * they are damaged. {@code -Dpillow.images=60000} makes it longer.
 */
class PillowIT {
    private static final int IMAGES = Integer.getInteger("pillow.images", 6000);
    private static final int REAL_FILES = 600;
    private static final long MOST_CPU_NANOS = 1_000_000_000;
    private static final long MOST_EXTRA_BYTES = 64L << 20;

    private final Map<String, Count> counts = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /** What came of one kind of damage. */
    private static final class Count {
        int both;
        int neither;
        int onlyPillow;
        double worst;
        double sum;

        @Override
        public String toString() {
            return "%6d read by both (mean difference %.3f, at most %.3f), %5d by neither, %5d by Pillow alone"
                    .formatted(both, both == 0 ? 0 : sum / both, worst, neither, onlyPillow);
        }
    }

    @Test
    void readsWhatPillowReadsAndNothingThatPillowRefuses(@TempDir Path folder) throws Exception {
        try (PillowOracle pillow = PillowOracle.start()) {
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
                compare(pillow, mutation.apply(file, other, random), mutation.name(), i);
            }
            report(real.size());
            assertThat(faults).isEmpty();
            Count whole = Objects.requireNonNull(counts.get("AS_IT_IS"));
            assertThat(whole.onlyPillow).as("whole files that are refused").isZero();
            int refused =
                    counts.values().stream().mapToInt(count -> count.onlyPillow).sum();
            assertThat((double) refused / IMAGES)
                    .as("refused, though Pillow reads it")
                    .isLessThan(0.2);
        }
    }

    private void compare(PillowOracle pillow, byte[] file, String mutation, int number) throws Exception {
        Optional<GrayPicture> theirs = pillow.read(file);
        Count count = counts.computeIfAbsent(mutation, name -> new Count());
        Optional<byte[]> ours = ours(file, ImageSize.NOTEBOOK, mutation + " " + number);
        if (theirs.isEmpty()) {
            count.neither++;
            if (ours.isPresent()) {
                fault(file, mutation, number, "Pillow refuses it");
            }
        } else if (ours.isEmpty()) {
            count.onlyPillow++;
        } else {
            GrayPicture picture = theirs.get();
            byte[] sized = new NativeImages(Framing.squash(ImageSize.NOTEBOOK)).framed(picture);
            ImageSize size = new ImageSize(picture.width(), picture.height());
            double difference = Math.max(
                    difference(sized, ours.get()),
                    difference(picture.levels(), ours(file, size, mutation).orElseThrow()));
            count.both++;
            count.sum += difference;
            count.worst = Math.max(count.worst, difference);
            if (difference >= 1) {
                fault(file, mutation, number, "%.3f levels apart".formatted(difference));
            }
        }
    }

    private Optional<byte[]> ours(byte[] file, ImageSize size, String what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ImageDecoder decoder = new ImageDecoder(size, ImageLimits.DEFAULT);
        long cpu = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        try {
            return Optional.of(decoder.decode(file));
        } catch (UnreadableImageException e) {
            return Optional.empty();
        } finally {
            long pixels = 4L * ImageLimits.DEFAULT.maxPixels();
            if (threads.getCurrentThreadCpuTime() - cpu > MOST_CPU_NANOS
                    || threads.getCurrentThreadAllocatedBytes() - allocated > file.length + pixels + MOST_EXTRA_BYTES) {
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

    private void report(int real) {
        System.out.printf("against Pillow, %d files, %s real ones among them:%n", IMAGES, real == 0 ? "no" : "half");
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
