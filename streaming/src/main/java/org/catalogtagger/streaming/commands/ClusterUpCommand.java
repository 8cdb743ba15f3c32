package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.bundles.Bundles;
import org.catalogtagger.streaming.cluster.ClusterPlan;
import org.catalogtagger.streaming.cluster.LocalCluster;
import org.catalogtagger.streaming.cluster.Member;
import org.catalogtagger.streaming.cluster.Member.Kind;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.settings.TaggingSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tagger cluster up}. */
@Command(
        name = "up",
        description =
                "Starts the cluster and its job, or what of it does not run. The job goes on from where it was, with the"
                        + " settings that it had; another --model or --config takes effect after tagger stop.")
final class ClusterUpCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long PAUSE_MILLIS = 300;

    @ParentCommand
    private ClusterCommand cluster;

    @Option(names = "--model", paramLabel = "BUNDLE", description = "The model to begin with; needed the first time.")
    private Optional<Path> model = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "More of the job's settings; addresses, model and folders are the cluster's.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--brokers", paramLabel = "N", defaultValue = "3", showDefaultValue = Visibility.ALWAYS)
    private int brokers;

    @Option(names = "--jobmanagers", paramLabel = "N", defaultValue = "2", showDefaultValue = Visibility.ALWAYS)
    private int jobManagers;

    @Option(
            names = "--taskmanagers",
            paramLabel = "N",
            defaultValue = "2",
            showDefaultValue = Visibility.ALWAYS,
            description = "Can be raised later.")
    private int taskManagers;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "8",
            showDefaultValue = Visibility.ALWAYS,
            description = "Of the topics that are made.")
    private int partitions;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        for (int number : new int[] {brokers, jobManagers, taskManagers, partitions}) {
            if (number < 1) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--brokers, --jobmanagers, --taskmanagers and --partitions must be 1 or more");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        LocalCluster local = plan();
        writeSettings(local);
        local.start(partitions, line -> {
            out.println(line);
            out.flush();
        });
        awaitJob(local);
        Member jobManager = local.plan().of(Kind.JOBMANAGER).get(0);
        out.printf("the job runs; Flink's page is http://%s/%n", jobManager.address());
        out.printf(
                "send images:  tagger publish --images DIR --bootstrap %s%n",
                local.plan().bootstrapServers());
        out.printf("watch:        tagger watch --bootstrap %s%n", local.plan().bootstrapServers());
        out.println("break it:     tagger cluster kill taskmanager 1; tagger cluster up starts it again");
        out.flush();
        return 0;
    }

    private LocalCluster plan() throws IOException {
        Optional<ClusterPlan> found = ClusterPlan.read(cluster.directory());
        if (found.isPresent()) {
            LocalCluster local = LocalCluster.in(cluster.directory(), ClusterCommand.configuration());
            requireModel(Files.exists(local.settings()));
            return local.withTaskManagers(taskManagers, ClusterCommand.configuration());
        }
        requireModel(false);
        return LocalCluster.create(
                cluster.directory(),
                ClusterCommand.configuration(),
                ClusterPlan.of(Map.of(
                        Kind.ZOOKEEPER, 1,
                        Kind.BROKER, brokers,
                        Kind.JOBMANAGER, jobManagers,
                        Kind.TASKMANAGER, taskManagers)));
    }

    private void requireModel(boolean isSet) {
        if (model.isPresent()) {
            ModelBundle.open(model.get());
        } else if (!isSet) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the first time --model BUNDLE is needed; tagger quickstart leaves one in target/quickstart/model");
        }
    }

    /** The user's settings with the cluster's own over them. */
    private void writeSettings(LocalCluster local) throws IOException {
        if (model.isEmpty() && config.isEmpty()) {
            return;
        }
        ObjectNode own = Json.MAPPER.createObjectNode();
        own.putObject("kafka").put("bootstrapServers", local.plan().bootstrapServers());
        own.putObject("flink")
                .put("checkpointDirectory", local.checkpoints().toUri().toString());
        bundle(local).ifPresent(path -> own.putObject("model").put("bundle", path));
        SettingsFile before = config.isPresent()
                ? SettingsFile.read(config.get())
                : SettingsFile.of("settings", Json.MAPPER.createObjectNode());
        SettingsFile settings = SettingsFile.of("settings", own).over(before);
        // Settings that are wrong leave those of before.
        Path written = local.settings().resolveSibling(local.settings().getFileName() + ".new");
        Files.writeString(written, new YAMLMapper().writeValueAsString(settings.tree()));
        TaggingSettings.Model begins = StreamSettings.read(written).model();
        Bundles.open(begins.bundle(), bundle -> {
            begins.allowed().require(bundle.description(), begins.bundle());
            return bundle;
        });
        Files.move(written, local.settings(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** The model that is named now, else that of before. */
    private Optional<String> bundle(LocalCluster local) throws IOException {
        if (model.isPresent()) {
            return Optional.of(model.get().toAbsolutePath().normalize().toString());
        }
        return Files.exists(local.settings())
                ? Optional.of(SettingsFile.read(local.settings())
                        .tree()
                        .path("model")
                        .path("bundle")
                        .asText())
                : Optional.empty();
    }

    private static void awaitJob(LocalCluster local) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isRunning(local)) {
            for (Member member : local.plan().members()) {
                local.process(member).requireAlive();
            }
            if (System.nanoTime() > deadline) {
                throw new CommandException("the job does not run yet; %s may say why"
                        .formatted(local.process(local.plan().member(Kind.JOBMANAGER, 1))
                                .log()));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static boolean isRunning(LocalCluster local) {
        return ClusterStatusCommand.job(local)
                .map(job -> job.status() == JobStatus.RUNNING)
                .orElse(false);
    }
}
