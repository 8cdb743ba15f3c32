package org.catalogtagger.streaming.commands;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.bundles.BundleAddress;
import org.catalogtagger.streaming.bundles.BundleAddress.Here;
import org.catalogtagger.streaming.bundles.BundleStore;
import org.catalogtagger.streaming.bundles.Bundles;
import org.catalogtagger.streaming.bundles.FlinkFileSystems;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.kafka.ModelReleases.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagger release}. */
@Command(
        name = "release",
        description = {
            "Gives a running job another model, without a restart: the job verifies, loads and warms it beside the one"
                    + " that it has, and switches between two batches, all its subtasks or none. A bundle that one"
                    + " of them cannot use is refused by all, and the model before it stays.",
            "A released model stays in force, also when the job restarts, until the next release."
        })
public final class ReleaseCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            description =
                    "The model: a directory that each TaskManager of the job sees under the same path, or the URI of"
                            + " one, s3://bucket/my-model say, from where each fetches it.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--store",
            paramLabel = "URI",
            description =
                    "Copy the model from its directory here into a folder of its version's name under this URI, or"
                            + " under this path of a volume that all have, and release it by that.")
    private Optional<String> store = Optional.empty();

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--shadow",
            description = "Let it tag the same images to product-tags-shadow beside the live model, and compare their"
                    + " accuracy in accuracy-metrics.")
    private boolean shadow;

    @Option(names = "--withdraw", description = "With --shadow, and without --model: end the shadow model.")
    private boolean withdraw;

    @Option(
            names = "--unchecked",
            description = "Do not open the bundle here: this machine does not see it. The job verifies it anyway.")
    private boolean unchecked;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for the job's answer; 0 to wait for none (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            defaultValue = "model-releases",
            description = "Where the job hears of releases (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--outcomes-topic",
            paramLabel = "NAME",
            defaultValue = "model-release-outcomes",
            description = "Where the job answers (default: ${DEFAULT-VALUE}).")
    private String outcomesTopic;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (withdraw && (model.isPresent() || !shadow)) {
            throw new ParameterException(spec.commandLine(), "--withdraw goes with --shadow and without --model");
        }
        if (!withdraw && model.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Which model? Say --model BUNDLE");
        }
        if (store.isPresent() && (unchecked || withdraw)) {
            throw new ParameterException(spec.commandLine(), "--store goes with --model and without --unchecked");
        }
        FlinkFileSystems.open();
        ModelRelease release = release();
        // The job makes both when it starts.
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), topic);
        KafkaConnection.requireTopic(kafka.bootstrap(), kafka.properties(), outcomesTopic);
        try (ModelReleases releases = new ModelReleases(kafka.bootstrap(), kafka.properties(), topic, outcomesTopic)) {
            releases.send(release);
            System.out.printf("released %s to %s at %s%n", what(release), topic, kafka.bootstrap());
            return waitSeconds == 0 ? 0 : report(releases.await(release, Duration.ofSeconds(waitSeconds)));
        }
    }

    private ModelRelease release() throws IOException {
        Role role = shadow ? Role.SHADOW : Role.LIVE;
        long now = System.currentTimeMillis();
        if (model.isEmpty()) {
            return new ModelRelease(role, "", "", now);
        }
        if (unchecked) {
            return new ModelRelease(role, model.get(), "", now);
        }
        BundleAddress address = store.isPresent() ? put(model.get(), store.get()) : address(model.get());
        String version =
                Bundles.open(address.toString(), bundle -> bundle.description().modelVersion());
        return new ModelRelease(role, address.toString(), version, now);
    }

    private static BundleAddress address(String model) {
        BundleAddress address = BundleAddress.of(model);
        return address instanceof Here here
                ? new Here(here.directory().toAbsolutePath().normalize())
                : address;
    }

    private BundleAddress put(String from, String store) throws IOException {
        if (!(BundleAddress.of(from) instanceof Here here)) {
            throw new ParameterException(
                    spec.commandLine(), "--store takes a model from a directory here, not " + from);
        }
        BundleAddress there = BundleStore.put(ModelBundle.open(here.directory()), store);
        System.out.println("the model is at " + there);
        return there;
    }

    private static String what(ModelRelease release) {
        if (release.withdraws()) {
            return "the end of the shadow model";
        }
        String version = release.modelVersion().isEmpty() ? release.bundle() : release.modelVersion();
        return release.role() == Role.SHADOW ? version + " as shadow" : version;
    }

    private int report(List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            throw new CommandException("no job answered within %d s; the release stays in %s for one that starts later"
                    .formatted(waitSeconds, topic));
        }
        for (Outcome outcome : outcomes) {
            System.out.printf(
                    "subtask %d of %d: %s %s%n",
                    outcome.subtask() + 1,
                    outcome.subtasks(),
                    outcome.accepted() ? outcome.modelVersion() : "refused:",
                    outcome.detail());
        }
        int subtasks = outcomes.get(0).subtasks();
        if (outcomes.size() < subtasks) {
            throw new CommandException(
                    "only %d of the job's %d subtasks answered within %d s; the others' answers will be"
                                    .formatted(outcomes.size(), subtasks, waitSeconds)
                            + " in " + outcomesTopic + " once they checkpoint");
        }
        return outcomes.stream().allMatch(Outcome::accepted) ? 0 : 1;
    }
}
