package org.catalogtagger.model.image;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.catalogtagger.DebianPython;

/** Python's Pillow in a process of its own, which says what is in a file. */
final class PillowOracle implements AutoCloseable {
    private static final List<String> SCRIPTS = List.of("pillow.py", "pillow_variants.py");

    private final Colors colors;
    private final Path script;
    private final Process process;
    private final DataOutputStream requests;
    private final DataInputStream answers;

    private PillowOracle(Colors colors, Path script, Process process) {
        this.colors = colors;
        this.script = script;
        this.process = process;
        requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    }

    /** Starts it, to read in those colours; the test is skipped where there is no Pillow. */
    static PillowOracle start(Colors colors) throws IOException, InterruptedException {
        String python = DebianPython.require("PIL");
        Path folder = Files.createTempDirectory("pillow");
        for (String name : SCRIPTS) {
            try (InputStream in = PillowOracle.class.getResourceAsStream(name)) {
                Files.write(folder.resolve(name), in.readAllBytes());
            }
        }
        Path script = folder.resolve(SCRIPTS.get(0));
        return new PillowOracle(
                colors,
                script,
                run(python, script, "read", colors == Colors.GRAY ? "L" : "RGB").start());
    }

    /** Draws pictures of many kinds in all formats. */
    void draw(Path folder) throws IOException, InterruptedException {
        draw("draw", folder);
    }

    /** Draws pictures that are as large as they may be. */
    void drawCostly(Path folder) throws IOException, InterruptedException {
        draw("costly", folder);
    }

    /** The milliseconds of CPU that it takes to read each file of a folder, by name. */
    Map<String, Long> cost(Path folder) throws IOException, InterruptedException {
        Process reader = run(python(), script, "cost", folder.toString()).start();
        String lines = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (reader.waitFor() != 0) {
            throw new IOException("pillow.py cost failed");
        }
        return lines.lines()
                .map(line -> line.split("\t", -1))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Long.parseLong(parts[1])));
    }

    private String python() {
        return process.info().command().orElse("/usr/bin/python3");
    }

    private void draw(String what, Path folder) throws IOException, InterruptedException {
        if (run(python(), script, what, folder.toString()).start().waitFor() != 0) {
            throw new IOException("pillow.py " + what + " failed");
        }
    }

    /** The upright picture; empty if Pillow refuses the file. */
    Optional<Picture> read(byte[] encoded) throws IOException {
        requests.writeInt(encoded.length);
        requests.write(encoded);
        requests.flush();
        int width = answers.readInt();
        int height = answers.readInt();
        if (width == 0) {
            return Optional.empty();
        }
        byte[] samples = new byte[colors.channels() * width * height];
        answers.readFully(samples);
        return Optional.of(new Picture(width, height, colors, samples));
    }

    private static ProcessBuilder run(String python, Path script, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(python, "-B", script.toString());
        builder.command().addAll(List.of(arguments));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        for (String name : SCRIPTS) {
            Files.delete(script.resolveSibling(name));
        }
        Files.delete(script.getParent());
    }
}
