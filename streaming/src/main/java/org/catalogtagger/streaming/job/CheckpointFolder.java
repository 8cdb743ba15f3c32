package org.catalogtagger.streaming.job;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * Where the job of a consumer group leaves its checkpoints, and finds them again: a folder of the group's own in the
 * settings' checkpoint directory, and in that one of the Kafka cluster's, as two clusters may each have such a group.
 */
public final class CheckpointFolder {
    private static final String METADATA = "_metadata";

    /** What Flink makes there: a folder for each run, by the job's id, and one for each savepoint. */
    private static final Pattern MADE_BY_FLINK = Pattern.compile("[0-9a-f]{32}|savepoint-[0-9a-f]{6}-[0-9a-f]{12}");

    private final Path root;

    private CheckpointFolder(Path root) {
        this.root = root;
    }

    /**
     * The folder by a job's settings; a relative path counts from the working directory.
     *
     * @param cluster the id of the Kafka cluster
     */
    public static CheckpointFolder of(StreamSettings settings, String cluster) {
        String directory = settings.flink().checkpointDirectory();
        URI base = directory.matches("[a-z0-9]+:.*")
                ? URI.create(directory)
                : Paths.get(directory).toAbsolutePath().normalize().toUri();
        return new CheckpointFolder(
                new Path(new Path(new Path(base), settings.kafka().consumerGroup()), cluster));
    }

    public String uri() {
        return root.toString();
    }

    /**
     * The newest complete checkpoint or savepoint that an earlier run left.
     *
     * <p>A new run must go on from it: it holds the transactions that were about to be committed, without which tags
     * would be lost.
     *
     * <p>Of several that were written at one time, and S3 tells seconds only, it is the one of the highest number: a killed
     * job may have begun to delete what the one before refers to. Numbers go on from run to run.
     */
    public Optional<String> latest() {
        FileSystem files = files();
        // <root>/<job id>/chk-<n>/_metadata and <root>/savepoint-<id>/_metadata
        List<FileStatus> complete = Stream.concat(
                        directories(files, root), directories(files, root).flatMap(job -> directories(files, job)))
                .flatMap(directory -> metadata(files, directory))
                .toList();
        long newest = complete.stream()
                .mapToLong(FileStatus::getModificationTime)
                .max()
                .orElse(0);
        List<Path> last = complete.stream()
                .filter(status -> status.getModificationTime() == newest)
                .map(FileStatus::getPath)
                .toList();
        Stream<Path> only = last.size() < 2
                ? last.stream()
                : last.stream().max(Comparator.comparingLong(file -> number(files, file))).stream();
        return only.findFirst().map(file -> file.getParent().toString());
    }

    /** Of a checkpoint or savepoint, by its metadata. */
    private static long number(FileSystem files, Path metadata) {
        try (DataInputStream in = new DataInputStream(files.open(metadata))) {
            return Checkpoints.loadCheckpointMetadata(
                            in,
                            CheckpointFolder.class.getClassLoader(),
                            metadata.getParent().toString())
                    .getCheckpointId();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes what runs left, but for those whose checkpoints are still needed. Nothing of these refers to another run: the
     * first checkpoint of a run is whole ({@code NO_CLAIM}). To be called while no job of the group lives.
     *
     * @param needed checkpoints or savepoints, which may lie elsewhere
     */
    public void deleteAllBut(Collection<String> needed) throws IOException {
        Set<String> names = needed.stream()
                .flatMap(path -> Arrays.stream(withoutLinks(path).split(Path.SEPARATOR, -1)))
                .collect(Collectors.toSet());
        FileSystem files = files();
        for (Path folder : directories(files, root).toList()) {
            // The names are drawn by lot, so that it does not matter in which of many ways a path is written.
            if (!names.contains(folder.getName())
                    && MADE_BY_FLINK.matcher(folder.getName()).matches()) {
                files.delete(folder, true);
            }
        }
    }

    private static String withoutLinks(String path) {
        URI uri = new Path(path).toUri();
        java.nio.file.Path local = Paths.get(uri.getPath());
        boolean isHere = (uri.getScheme() == null || uri.getScheme().equals("file")) && Files.exists(local);
        try {
            return isHere ? local.toRealPath().toString() : path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileSystem files() {
        try {
            return root.getFileSystem();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> directories(FileSystem files, Path parent) {
        return list(files, parent).filter(FileStatus::isDir).map(FileStatus::getPath);
    }

    private static Stream<FileStatus> metadata(FileSystem files, Path directory) {
        return list(files, directory)
                .filter(status -> status.getPath().getName().equals(METADATA));
    }

    private static Stream<FileStatus> list(FileSystem files, Path directory) {
        try {
            FileStatus[] found = files.exists(directory) ? files.listStatus(directory) : null;
            return found == null ? Stream.empty() : Arrays.stream(found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
