package org.catalogtagger.streaming.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {
    private static final String FIRST_RUN = "0123456789abcdef0123456789abcdef";
    private static final String SECOND_RUN = "fedcba9876543210fedcba9876543210";
    private static final String SAVEPOINT = "savepoint-012345-0123456789ab";

    @TempDir
    private Path folder;

    @Test
    void aGroupFindsItsOwnCheckpointsOnly() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        assertThat(of("books").latest()).isEmpty();
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith("shoes/kafka-1/" + FIRST_RUN + "/chk-7"));
    }

    @Test
    void theNewestCompleteOneCounts() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        checkpoint("shoes/kafka-1/" + SAVEPOINT, 2);
        Files.createDirectories(folder.resolve("shoes/kafka-1/" + SECOND_RUN + "/chk-1"));
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith(SAVEPOINT));
        checkpoint("shoes/kafka-1/" + SECOND_RUN + "/chk-1", 3);
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith("chk-1"));
    }

    /** As a store has it that tells seconds only, where a checkpoint comes each second. */
    @Test
    void ofThoseOfOneTimeTheOneOfTheHighestNumberCounts() throws IOException {
        numbered("shoes/kafka-1/" + FIRST_RUN + "/chk-9", 9, 1);
        numbered("shoes/kafka-1/" + FIRST_RUN + "/chk-10", 10, 1);
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith("chk-10"));
        numbered("shoes/kafka-1/" + SAVEPOINT, 11, 1);
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith(SAVEPOINT));
        numbered("shoes/kafka-1/" + SECOND_RUN + "/chk-12", 12, 1);
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith("chk-12"));
    }

    private void numbered(String name, long number, int second) throws IOException {
        checkpoint(name, second);
        Path metadata = folder.resolve(name).resolve("_metadata");
        FileTime time = Files.getLastModifiedTime(metadata);
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(metadata))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(number, List.of(), List.of()), out);
        }
        Files.setLastModifiedTime(metadata, time);
    }

    @Test
    void whatIsNotNeededIsDeletedAndNothingElse() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        checkpoint("shoes/kafka-1/" + SAVEPOINT, 2);
        checkpoint("shoes/kafka-1/" + SECOND_RUN + "/chk-1", 3);
        Files.createDirectories(folder.resolve("shoes/kafka-1/" + SECOND_RUN + "/shared"));
        checkpoint("shoes/kafka-1/my-own/chk-1", 0);
        checkpoint("books/kafka-1/" + FIRST_RUN + "/chk-7", 1);

        of("shoes").deleteAllBut(List.of(of("shoes").latest().orElseThrow()));

        assertThat(names("shoes/kafka-1")).containsExactlyInAnyOrder(SECOND_RUN, "my-own");
        assertThat(names("shoes/kafka-1/" + SECOND_RUN)).containsExactlyInAnyOrder("chk-1", "shared");
        assertThat(names("books/kafka-1")).containsExactly(FIRST_RUN);
    }

    @Test
    void ofASavepointOnlyTheSavepointIsNeeded() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        checkpoint("shoes/kafka-1/" + SAVEPOINT, 2);
        of("shoes").deleteAllBut(List.of(of("shoes").latest().orElseThrow()));
        assertThat(names("shoes/kafka-1")).containsExactly(SAVEPOINT);
    }

    private void checkpoint(String name, int second) throws IOException {
        Path metadata = Files.createDirectories(folder.resolve(name)).resolve("_metadata");
        Files.writeString(metadata, "x");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(1_700_000_000_000L + 1000L * second));
    }

    @Test
    void anotherKafkasGroupOfTheSameNameIsAnotherGroup() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        checkpoint("shoes/kafka-2/" + SECOND_RUN + "/chk-7", 2);
        assertThat(of("shoes").latest())
                .hasValueSatisfying(path -> assertThat(path).endsWith("shoes/kafka-1/" + FIRST_RUN + "/chk-7"));
        of("shoes").deleteAllBut(List.of());
        assertThat(names("shoes/kafka-1")).isEmpty();
        assertThat(names("shoes/kafka-2")).containsExactly(SECOND_RUN);
    }

    @Test
    void goingBackToASavepointKeepsThatAndTheLast() throws IOException {
        checkpoint("shoes/kafka-1/" + SAVEPOINT, 1);
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 2);
        checkpoint("shoes/kafka-1/" + SECOND_RUN + "/chk-1", 3);
        resume(folder.resolve("shoes/kafka-1/" + SAVEPOINT)).deleteOthers(of("shoes"));
        assertThat(names("shoes/kafka-1")).containsExactlyInAnyOrder(SAVEPOINT, SECOND_RUN);
    }

    @Test
    void whatALinkLeadsToIsKept() throws IOException {
        checkpoint("shoes/kafka-1/" + SAVEPOINT, 1);
        checkpoint("shoes/kafka-1/" + SECOND_RUN + "/chk-1", 3);
        Path link = Files.createSymbolicLink(folder.resolve("good"), folder.resolve("shoes/kafka-1/" + SAVEPOINT));
        resume(link).deleteOthers(of("shoes"));
        assertThat(names("shoes/kafka-1")).containsExactlyInAnyOrder(SAVEPOINT, SECOND_RUN);
    }

    @Test
    void aStartFromScratchDeletesNothing() throws IOException {
        checkpoint("shoes/kafka-1/" + FIRST_RUN + "/chk-7", 1);
        checkpoint("shoes/kafka-1/" + SECOND_RUN + "/chk-1", 3);
        new Resume(true, Optional.empty(), false).deleteOthers(of("shoes"));
        assertThat(names("shoes/kafka-1")).containsExactlyInAnyOrder(FIRST_RUN, SECOND_RUN);
    }

    private static Resume resume(Path from) {
        return new Resume(false, Optional.of(from.toString()), false);
    }

    private CheckpointFolder of(String group) {
        return CheckpointFolder.of(
                StreamSettings.parse(
                        "test",
                        "kafka: {bootstrapServers: 'a:1', consumerGroup: %s}\nmodel: {bundle: m}\nflink: {checkpointDirectory: '%s'}"
                                .formatted(group, folder)),
                "kafka-1");
    }

    private List<String> names(String parent) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(parent))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
