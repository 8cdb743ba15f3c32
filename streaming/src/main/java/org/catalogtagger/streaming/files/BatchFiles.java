package org.catalogtagger.streaming.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.Encoder;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.file.sink.FileSink;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.functions.sink.filesystem.bucketassigners.BasePathBucketAssigner;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.function.SerializableFunction;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.json.JsonValues;

/**
 * The files of one batch job: what is to be tagged, and what came of it. The job's subtasks each write their part; when
 * it has ended the parts are joined.
 */
public final class BatchFiles {
    private static final String TAGS = "tags";
    private static final String REJECTED = "rejected";
    private static final String ACCURACY = "accuracy";

    private final Path results;
    private final Path parts;

    /** The files of a job in a directory that is there. */
    public BatchFiles(Path results) {
        this.results = results;
        this.parts = results.resolve(".parts");
    }

    /** Lists what is to be tagged. */
    public ImageListing newListing(long listedAt) throws IOException {
        return new ImageListing(listing(), listedAt);
    }

    /** The images that are listed, as events. */
    public Source<InputRecord, ?, ?> listedImages() {
        return FileSource.forRecordStreamFormat(new ListedImageFormat(), flinkPath(listing()))
                .build();
    }

    /** The job from bounded images to these files. */
    public TaggingJob job(Source<InputRecord, ?, ?> images) {
        return new TaggingJob(
                images,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                sink(TAGS, JsonValues::tagWithTruth),
                new DiscardingSink<>(),
                sink(REJECTED, JsonValues::rejection),
                sink(ACCURACY, JsonValues::accuracy),
                Optional.empty(),
                Optional.empty(),
                new DiscardingSink<>());
    }

    private Path listing() {
        return parts.resolve("listing");
    }

    private <T> Sink<T> sink(String name, SerializableFunction<T, byte[]> json) {
        Encoder<T> line = (element, out) -> {
            out.write(json.apply(element));
            out.write('\n');
        };
        return FileSink.forRowFormat(flinkPath(parts.resolve(name)), line)
                .withBucketAssigner(new BasePathBucketAssigner<>())
                .build();
    }

    private static org.apache.flink.core.fs.Path flinkPath(Path path) {
        return new org.apache.flink.core.fs.Path(path.toUri());
    }

    /**
     * Joins the parts of the job, which has ended, and deletes them.
     *
     * @param eachTag sees every tag
     */
    public void join(TagFormat format, Consumer<JsonNode> eachTag) throws IOException {
        try (Writer file = Files.newBufferedWriter(results.resolve(TAGS + format.ending()))) {
            TagFormat.Rows rows = format.to(file);
            forEachLine(TAGS, line -> {
                JsonNode tag = Json.MAPPER.readTree(line);
                rows.add(tag, line);
                eachTag.accept(tag);
            });
        }
        joinLines(REJECTED);
        joinLines(ACCURACY);
        AtomicDirectory.deleteRecursively(parts);
    }

    private void joinLines(String name) throws IOException {
        try (BufferedWriter file = Files.newBufferedWriter(results.resolve(name + TagFormat.JSONL.ending()))) {
            forEachLine(name, line -> {
                file.write(line);
                file.newLine();
            });
        }
    }

    private interface LineConsumer {
        void accept(String line) throws IOException;
    }

    private void forEachLine(String name, LineConsumer consumer) throws IOException {
        if (!Files.exists(parts.resolve(name))) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(parts.resolve(name))) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    consumer.accept(line);
                }
            }
        }
    }
}
