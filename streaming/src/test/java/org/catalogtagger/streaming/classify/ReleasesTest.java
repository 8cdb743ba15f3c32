package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.TestBundles;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleasesTest {
    @TempDir
    private Path folder;

    private final Random random = new Random(1);
    private final Set<Integer> without = new HashSet<>();
    private ReleaseCluster cluster;

    @BeforeEach
    void start() throws Exception {
        for (int i = 0; i < 4; i++) {
            TinyModel.save(folder.resolve("" + i), i);
        }
        cluster = new ReleaseCluster(3, folder.resolve("0").toString(), (subtask, path) -> {
            if (without.contains(subtask)) {
                throw new OutOfMemoryError("Cannot reserve 300 bytes");
            }
            return ModelBatch.load(path, Programs.REFUSED, 1, ImageLimits.DEFAULT);
        });
    }

    @AfterEach
    void close() throws Exception {
        cluster.close();
        assertThat(SharedModel.inMemory()).isZero();
    }

    @Test
    void whatOneSubtaskRefusesNoneUses() throws Exception {
        without.add(1);
        release(Role.LIVE, path(1));
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
        assertThat(cluster.subtasks()).allSatisfy(subtask -> assertThat(subtask.outcomes)
                .containsExactly("subtask 2 of 3: java.lang.OutOfMemoryError: Cannot reserve 300 bytes"));
        without.clear();
        release(Role.LIVE, path(1));
        assertThat(versions(Role.LIVE)).containsOnly("tiny-1");
    }

    @Test
    void goodThenBadThenBadThenARestartLeavesTheGoodOne() throws Exception {
        release(Role.LIVE, path(1));
        release(Role.LIVE, path(2));
        release(Role.LIVE, folder.resolve("nowhere").toString());
        release(Role.LIVE, folder.resolve("neither").toString());
        cluster.checkpoint(random);
        cluster.restart(2);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-2");
    }

    @Test
    void aPromotedShadowDoesNotReturn() throws Exception {
        release(Role.SHADOW, path(1));
        release(Role.SHADOW, path(2));
        release(Role.LIVE, path(2));
        release(Role.SHADOW, folder.resolve("nowhere").toString());
        cluster.checkpoint(random);
        cluster.restart(4);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-2");
        assertThat(versions(Role.SHADOW)).containsOnly("");
    }

    @Test
    void whatWasNotDecidedBeforeARestartIsDecidedAfterIt() throws Exception {
        cluster.release(new ModelRelease(Role.LIVE, path(3), "", 1));
        cluster.happen(random, 4);
        cluster.checkpoint(random);
        cluster.restart(1);
        cluster.settle(random);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-3");
    }

    @Test
    void ofAModelThatIsLostInOneSubtaskAllFallBackToThatOfTheSettings() throws Exception {
        release(Role.LIVE, path(1));
        release(Role.SHADOW, path(2));
        cluster.checkpoint(random);
        TestBundles.toBfloat16(folder.resolve("1"));
        Files.delete(folder.resolve("2/model.json"));
        cluster.restart(3);
        cluster.settle(random);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
        assertThat(versions(Role.SHADOW)).containsOnly("");
        assertThat(cluster.subtasks().get(2).outcomes)
                .hasSize(2)
                .anySatisfy(outcome ->
                        assertThat(outcome).contains("cannot be loaded again").contains("bfloat16"))
                .anySatisfy(outcome -> assertThat(outcome).contains("has no model.json"));
        cluster.checkpoint(random);
        cluster.restart(2);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
    }

    @Test
    void aRestartBringsNoOtherModelThatWasPutInTheSamePlace() throws Exception {
        release(Role.LIVE, path(1));
        cluster.checkpoint(random);
        TinyModel.save(folder.resolve("1"), 9);
        cluster.restart(2);
        cluster.settle(random);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
        assertThat(cluster.subtasks().get(0).outcomes.get(0)).contains("holds tiny-9, not tiny-1");
    }

    @Test
    void ofReleasesThatCameMeanwhileOnlyTheLastIsLoaded() throws Exception {
        for (int i = 1; i < 4; i++) {
            cluster.release(new ModelRelease(Role.LIVE, path(i), "", i));
        }
        cluster.settle(random);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-3");
        assertThat(cluster.subtasks())
                .allSatisfy(subtask ->
                        assertThat(subtask.accepted).hasSize(3).last().isEqualTo(true));
    }

    @Test
    void aLoadThatTakesTooLongIsRefusedAndFreedWhenItEnds() throws Exception {
        cluster.release(new ModelRelease(Role.LIVE, path(1), "", 1));
        ReleaseCluster.Subtask slow = cluster.subtasks().get(0);
        slow.releases.release(slow.records.remove());
        slow.task.passTime();
        cluster.settle(random);
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
        assertThat(cluster.subtasks().get(1).outcomes).containsExactly("subtask 1 of 3: not loaded within 120 s");
    }

    @Test
    void aLiveModelIsNotWithdrawnAndAShadowIsNotTheLiveOne() throws Exception {
        release(Role.LIVE, "");
        release(Role.SHADOW, path(0));
        assertThat(cluster.subtasks().get(0).accepted).containsExactly(false, false);
        assertThat(cluster.subtasks().get(0).outcomes.get(1)).endsWith("tiny-0 is the live model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\0", "http://host/model", "no/such/model", " ", "~", "/dev/zero", "/proc/self/mem", "\ud800"})
    void survivesAnyPath(String bundle) throws Exception {
        release(Role.LIVE, bundle);
        release(Role.LIVE, bundle + "x".repeat(1_000_000));
        assertThat(versions(Role.LIVE)).containsOnly("tiny-0");
        assertThat(cluster.subtasks()).allSatisfy(subtask -> {
            assertThat(subtask.accepted).containsExactly(false, false);
            assertThat(subtask.outcomes)
                    .allSatisfy(outcome -> assertThat(outcome).hasSizeLessThan(1100));
        });
        release(Role.LIVE, path(1));
        assertThat(versions(Role.LIVE)).containsOnly("tiny-1");
    }

    private void release(Role role, String bundle) throws Exception {
        cluster.release(new ModelRelease(role, bundle, "", Long.MAX_VALUE));
        cluster.settle(random);
    }

    private String path(int bundle) {
        return folder.resolve("" + bundle).toString();
    }

    private List<String> versions(Role role) {
        return cluster.subtasks().stream()
                .map(subtask -> subtask.releases.version(role))
                .toList();
    }
}
