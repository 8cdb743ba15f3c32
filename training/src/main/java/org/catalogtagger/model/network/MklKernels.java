package org.catalogtagger.model.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.catalogtagger.model.image.NativeBuffers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has MKL take its fastest kernels on AMD's processors too. Within libtorch it asks {@code mkl_serv_intel_cpu_true}, a
 * symbol that libtorch exports, and takes slower ones unless that answers 1; a library that was loaded before with a
 * function of that name answers for it. The figures, and what was not chosen: {@code src/site/products.md}.
 */
final class MklKernels {
    private static final Logger LOG = LoggerFactory.getLogger(MklKernels.class);

    /** A system property; {@code false} leaves MKL alone. */
    static final String SWITCH = "catalogtagger.mkl.fastest";

    static final String FUNCTION = "mkl_serv_intel_cpu_true";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final List<String> CHOSEN_BY = List.of("avx", "fma", "avx2", "avx512f", "avx512_vnni", "amx_tile");

    private static volatile boolean fastest;

    private MklKernels() {}

    /** Does so if it helps here. Call it before libtorch is loaded. */
    static void useFastest() {
        try {
            if (System.getProperty(SWITCH, "true").equals("true") && isLinuxOnX86() && helps(readProcessors())) {
                load();
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            // Temporary files that must not be executed, say: slower, and right all the same.
            LOG.info("MKL is left with its choice of kernels: {}", e.toString());
        }
    }

    /** What this machine's processors say of themselves; nothing where they don't. */
    static String readProcessors() throws IOException {
        return Files.isReadable(PROCESSORS) ? Files.readString(PROCESSORS) : "";
    }

    /** Whether it was done in this JVM. */
    static boolean areFastest() {
        return fastest;
    }

    /**
     * The maker of a processor, and those of its instructions by which MKL chooses; empty where it says nothing of them.
     *
     * @param processors as in {@code /proc/cpuinfo}
     */
    static String instructions(String processors) {
        List<String> flags = List.of(field(processors, "flags").split(" ", -1));
        Stream<String> chosenBy = CHOSEN_BY.stream().filter(flags::contains);
        return Stream.concat(Stream.of(field(processors, "vendor_id")), chosenBy)
                .collect(Collectors.joining(" "))
                .strip();
    }

    private static void load() throws IOException {
        NativeBuffers.configure();
        Path library = Files.createTempFile("catalog-tagger-mkl-", ".so");
        try {
            Files.write(library, ConstantFunctionLibrary.of(FUNCTION, 1));
            Loader.loadGlobal(library.toString());
            fastest = true;
        } finally {
            // What is mapped stays mapped.
            Files.delete(library);
        }
    }

    private static boolean isLinuxOnX86() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /**
     * Whether MKL has faster kernels for a processor than it would choose.
     *
     * @param processors as in {@code /proc/cpuinfo}
     */
    static boolean helps(String processors) {
        Set<String> flags = Set.copyOf(List.of(field(processors, "flags").split(" ", -1)));
        return field(processors, "vendor_id").equals("AuthenticAMD") && flags.containsAll(List.of("avx2", "fma"));
    }

    /** A field of the first processor. */
    private static String field(String processors, String name) {
        return processors
                .lines()
                .filter(line ->
                        line.startsWith(name + "\t") || line.startsWith(name + " ") || line.startsWith(name + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
