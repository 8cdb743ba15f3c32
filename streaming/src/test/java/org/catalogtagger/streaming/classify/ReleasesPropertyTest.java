package org.catalogtagger.streaming.classify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.catalogtagger.model.Programs;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.BundleException;
import org.catalogtagger.model.image.ImageLimits;
import org.catalogtagger.model.network.Activation;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;

/** Releases in any order, of which some subtasks can use some, with restarts at any point. */
class ReleasesPropertyTest {
    private static final int BUNDLES = 4;
    private static Path folder = Path.of("");

    @BeforeContainer
    static void saveBundles() throws IOException {
        folder = Files.createTempDirectory("releases");
        for (int i = 0; i < BUNDLES; i++) {
            TinyModel.save(
                    folder.resolve("" + i),
                    i,
                    new Architecture(List.of(4800, 3), Activation.RELU, false, 0),
                    TinyModel.CLASSES);
        }
    }

    @AfterContainer
    static void deleteThem() throws IOException {
        AtomicDirectory.deleteRecursively(folder);
    }

    /** Something that happens. */
    sealed interface Happening {}

    record Released(Role role, int bundle) implements Happening {}

    record Withdrawn(Role role) implements Happening {}

    /** A bundle that a subtask can no longer load. */
    record Broken(int bundle, int subtask) implements Happening {}

    record TimePassed(int steps) implements Happening {}

    record Checkpointed() implements Happening {}

    record Restarted(int parallelism) implements Happening {}

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void allSubtasksUseWhatWasDecidedForAllAlsoAfterRestarts(
            @ForAll("happenings") List<Happening> happenings,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int p)
            throws Exception {
        Random random = new Random(seed);
        Set<Broken> broken = new HashSet<>();
        int before = SharedModel.inMemory();
        try (ReleaseCluster cluster =
                new ReleaseCluster(p, folder.resolve("0").toString(), (subtask, path) -> load(broken, subtask, path))) {
            for (Happening happening : happenings) {
                if (happening instanceof Released released) {
                    cluster.release(release(
                            released.role(),
                            folder.resolve("" + released.bundle()).toString()));
                } else if (happening instanceof Withdrawn withdrawn) {
                    cluster.release(release(withdrawn.role(), ""));
                } else if (happening instanceof Broken fault) {
                    broken.add(fault);
                } else if (happening instanceof TimePassed passed) {
                    cluster.happen(random, passed.steps());
                } else if (happening instanceof Checkpointed) {
                    List<Map<String, ModelRelease>> states = cluster.checkpoint(random);
                    assertThat(new HashSet<>(states))
                            .as("states of the subtasks")
                            .hasSize(1);
                    if (broken.isEmpty()) {
                        requireInUse(cluster, states.get(0));
                    }
                } else if (happening instanceof Restarted restarted) {
                    cluster.restart(restarted.parallelism());
                    if (broken.isEmpty()) {
                        requireInUse(cluster, cluster.subtasks().get(0).state);
                    }
                }
            }
            cluster.settle(random);
            requireInUse(cluster, cluster.subtasks().get(0).state);

            broken.clear();
            cluster.release(release(Role.LIVE, folder.resolve("1").toString()));
            cluster.settle(random);
            assertThat(cluster.subtasks())
                    .as("a good release is used, whatever came before")
                    .allMatch(subtask -> subtask.releases.version(Role.LIVE).equals("tiny-1"));
        }
        assertThat(SharedModel.inMemory()).as("models that nobody freed").isEqualTo(before);
    }

    private static void requireInUse(ReleaseCluster cluster, Map<String, ModelRelease> state) {
        ModelRelease live = state.get("live");
        ModelRelease shadow = state.get("shadow");
        assertThat(cluster.subtasks()).allSatisfy(subtask -> {
            assertThat(subtask.releases.version(Role.LIVE)).isEqualTo(live == null ? "tiny-0" : live.modelVersion());
            assertThat(subtask.releases.version(Role.SHADOW)).isEqualTo(shadow == null ? "" : shadow.modelVersion());
        });
    }

    private static ModelBatch load(Set<Broken> broken, int subtask, String path) {
        int bundle = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        if (broken.contains(new Broken(bundle, subtask))) {
            switch (bundle) {
                case 1 -> throw new OutOfMemoryError("no memory on this TaskManager");
                case 2 -> throw new UnsatisfiedLinkError("no such library");
                default -> throw new BundleException("no such bundle");
            }
        }
        return ModelBatch.load(path, Programs.REFUSED, 1, ImageLimits.DEFAULT);
    }

    private static ModelRelease release(Role role, String bundle) {
        return new ModelRelease(role, bundle, "", 7);
    }

    @Provide
    Arbitrary<List<Happening>> happenings() {
        Arbitrary<Integer> bundles = Arbitraries.integers().between(0, BUNDLES - 1);
        Arbitrary<Integer> breakable = Arbitraries.integers().between(1, BUNDLES - 1);
        Arbitrary<Integer> subtasks = Arbitraries.integers().between(0, 3);
        Arbitrary<Happening> happening = Arbitraries.frequencyOf(
                Tuple.of(
                        6,
                        Combinators.combine(Arbitraries.of(Role.class), bundles).as(Released::new)),
                Tuple.of(1, Arbitraries.of(Role.class).map(Withdrawn::new)),
                Tuple.of(2, Combinators.combine(breakable, subtasks).as(Broken::new)),
                Tuple.of(6, Arbitraries.integers().between(1, 40).map(TimePassed::new)),
                Tuple.of(4, Arbitraries.create(Checkpointed::new)),
                Tuple.of(2, Arbitraries.integers().between(1, 4).map(Restarted::new)));
        return happening.list().ofMinSize(1).ofMaxSize(25);
    }
}
