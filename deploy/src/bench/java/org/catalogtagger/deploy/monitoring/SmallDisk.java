package org.catalogtagger.deploy.monitoring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.catalogtagger.cli.CommandException;

/** A file system of its own, in memory, that can be filled; to mount one is root's. */
final class SmallDisk implements AutoCloseable {
    private static final int BLOCK = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    static SmallDisk mount(Path folder, String size) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (Files.readString(Path.of("/proc/mounts")).contains(" " + folder + " ")) {
            // Of a tour that was ended.
            run("umount", folder.toString());
        }
        if (run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString()) != 0) {
            throw new CommandException("cannot mount a file system at " + folder + "; that takes root");
        }
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /** Until nothing more can be written. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (folder.toFile().getUsableSpace() > 0) {
                out.write(new byte[(int) Math.min(BLOCK, folder.toFile().getUsableSpace())]);
            }
        }
    }

    void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", folder.toString());
    }
}
