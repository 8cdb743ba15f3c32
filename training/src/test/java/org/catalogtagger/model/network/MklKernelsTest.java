package org.catalogtagger.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MklKernelsTest {
    private static final int ROWS = 64;
    private static final int INNER = 4800;
    private static final int COLUMNS = 300;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "AuthenticAMD, fpu fma avx avx2, true",
        "AuthenticAMD, fpu fma avx avx2 avx2 avx512f, true",
        "AuthenticAMD, fpu fma avx, false",
        "AuthenticAMD, fpu avx2, false",
        "GenuineIntel, fpu fma avx avx2 avx512f, false",
        "HygonGenuine, fpu fma avx avx2, false"
    })
    void helpsAmdProcessorsThatHaveTheInstructions(String vendor, String flags, boolean helps) {
        String processor = "processor\t: 0\nvendor_id\t: %s\nmodel name\t: X\nflags\t\t: %s\nbugs\t\t: avx2 fma\n\n"
                .formatted(vendor, flags);
        assertThat(MklKernels.helps(processor + processor)).isEqualTo(helps);
    }

    @ParameterizedTest
    @CsvSource({"''", "'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n'"})
    void doesNotHelpProcessorsThatSayNothingOfIt(String processors) {
        assertThat(MklKernels.helps(processors)).isFalse();
    }

    @Test
    void tellsTheInstructionsThatMklChoosesBy() {
        assertThat(MklKernels.instructions(
                        "vendor_id\t: AuthenticAMD\nflags\t\t: fpu avx2 sse fma avx512f avx avx512bw\n"))
                .isEqualTo("AuthenticAMD avx fma avx2 avx512f");
        assertThat(MklKernels.instructions("Features\t: fp asimd\n")).isEmpty();
    }

    /** On the processors that it is meant for; on others both are the same. */
    @Test
    void libtorchAsksUsAndAnswersAsBefore() throws Exception {
        Path processors = Path.of("/proc/cpuinfo");
        assumeTrue(
                Files.isReadable(processors) && MklKernels.helps(Files.readString(processors)),
                "not a processor that it helps");
        Product with = Product.inOtherJvm(folder.resolve("with"), true);
        Product without = Product.inOtherJvm(folder.resolve("without"), false);
        assertThat(with.askedOf()).contains("catalog-tagger-mkl-");
        assertThat(without.askedOf()).contains("libtorch_cpu.so");
        assertThat(with.elements()).hasSameSizeAs(without.elements());
        // The kernel was asked for the size of the process at each picture that was decoded: a tenth of the time.
        assertThat(with.physicalBytesAllowed()).isZero();
        for (int i = 0; i < with.elements().length; i++) {
            // Sums of 4800 products of numbers about 1: about 70, in single precision.
            assertThat(with.elements()[i]).isCloseTo(without.elements()[i], within(1e-3f));
        }
    }

    /**
     * What a JVM made of a product.
     *
     * @param askedOf the library that the dynamic linker bound libtorch's question to
     * @param physicalBytesAllowed JavaCPP's limit, which it checks at each allocation if there is one
     */
    private record Product(String askedOf, float[] elements, long physicalBytesAllowed) {
        static Product inOtherJvm(Path folder, boolean fastest) throws IOException, InterruptedException {
            Files.createDirectories(folder);
            ProcessBuilder command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-D" + MklKernels.SWITCH + "=" + fastest,
                            "-cp",
                            System.getProperty("java.class.path"),
                            MklKernelsTest.class.getName(),
                            folder.resolve("elements").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile());
            command.environment().put("LD_DEBUG", "bindings");
            command.environment()
                    .put("LD_DEBUG_OUTPUT", folder.resolve("linker").toString());
            assertThat(command.start().waitFor())
                    .as(Files.readString(folder.resolve("output")))
                    .isZero();
            float[] elements;
            try (Stream<String> lines = Files.lines(folder.resolve("elements"))) {
                elements = toFloats(lines.map(Float::parseFloat).toList());
            }
            try (Stream<Path> logs = Files.list(folder)) {
                String askedOf = logs.filter(
                                file -> file.getFileName().toString().startsWith("linker."))
                        .flatMap(MklKernelsTest::lines)
                        .filter(line -> line.contains("`" + MklKernels.FUNCTION + "'"))
                        .map(line -> line.replaceFirst(".* to ", ""))
                        .findFirst()
                        .orElse("");
                return new Product(
                        askedOf, elements, Long.parseLong(Files.readString(folder.resolve("elements.limit"))));
            }
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] toFloats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    /** Writes the elements of a product to a file. */
    public static void main(String[] arguments) throws IOException {
        try (NDManager manager = PyTorch.newManager();
                NDArray left = normal(manager, new Shape(ROWS, INNER), 1);
                NDArray right = normal(manager, new Shape(INNER, COLUMNS), 2);
                NDArray product = left.matMul(right)) {
            StringBuilder elements = new StringBuilder();
            for (float element : product.toFloatArray()) {
                elements.append(element).append('\n');
            }
            Files.writeString(Path.of(arguments[0]), elements);
            Files.writeString(Path.of(arguments[0] + ".limit"), Long.toString(Pointer.maxPhysicalBytes()));
        }
    }

    private static NDArray normal(NDManager manager, Shape shape, long seed) {
        Random random = new Random(seed);
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return manager.create(values, shape);
    }
}
