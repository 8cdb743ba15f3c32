package org.catalogtagger.model.image;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What decoding files costs, each alone in a process whose heap is taken whole at its start: what grows then is memory of
 * native code. Linux only.
 *
 * @param file its name
 * @param cpuMillis of CPU
 * @param bytes that were allocated on the heap, and at most beside it
 */
record PeakMemory(String file, long cpuMillis, long bytes) {
    /** Measures some files, framed so, in a process of its own. */
    static List<PeakMemory> of(Framing framing, List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmx1g",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                PeakMemory.class.getName(),
                framing.size().colors().name(),
                framing.fit().name()));
        files.forEach(file -> command.add(file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        if (process.waitFor() != 0) {
            throw new IOException("the process that measures ended with " + process.exitValue());
        }
        return lines.stream()
                .map(line -> line.split("\t", -1))
                .map(parts -> new PeakMemory(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])))
                .toList();
    }

    /** Prints a line for each file, after colours and fit. */
    public static void main(String... arguments) throws IOException {
        Framing framing =
                new Framing(new ImageSize(60, 80, Colors.valueOf(arguments[0])), Framing.Fit.valueOf(arguments[1]));
        List<String> files = List.of(arguments).subList(2, arguments.length);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The first of all only loads libraries.
        decode(Files.readAllBytes(Path.of(files.get(0))), framing);
        for (String file : files) {
            byte[] encoded = Files.readAllBytes(Path.of(file));
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
            long before = status("VmRSS");
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long cpu = threads.getCurrentThreadCpuTime();
            decode(encoded, framing);
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
            System.out.printf(
                    "%s\t%d\t%d%n",
                    Path.of(file).getFileName(), cpu / 1_000_000, allocated + Math.max(0, status("VmHWM") - before));
        }
    }

    private static void decode(byte[] encoded, Framing framing) {
        try {
            new ImageDecoder(framing, ImageLimits.DEFAULT).decode(encoded);
        } catch (UnreadableImageException e) {
            System.err.println(e.getMessage());
        }
    }

    /** A number of bytes from the system's account of this process. */
    private static long status(String name) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(text -> text.startsWith(name + ":"))
                .findFirst()
                .orElseThrow();
        return 1024 * Long.parseLong(line.split("\\s+", -1)[1]);
    }
}
