package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.DirectoryClaim;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.streaming.bundles.Bundles;
import org.catalogtagger.streaming.bundles.FlinkFileSystems;
import org.catalogtagger.streaming.files.BatchFiles;
import org.catalogtagger.streaming.files.TagFormat;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.streaming.job.JobWatch;
import org.catalogtagger.streaming.job.LocalFlink;
import org.catalogtagger.streaming.job.TaggingJob;
import org.catalogtagger.streaming.settings.TaggingSettings;
import org.catalogtagger.training.commands.AccuracyTable;
import org.catalogtagger.training.commands.Findings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tagger batch}. */
@Command(
        name = "batch",
        description = {
            "Tags the images of a folder, of a list of URIs or of a range of a Kafka topic, and ends.",
            "It is the streaming job in Flink's batch mode, in this JVM. The results appear when all is done: tags.jsonl"
                    + " or tags.csv, rejected.jsonl, and accuracy.jsonl by day, of the images whose label is known."
        })
public final class BatchCommand implements Callable<Integer> {
    /** What a shell gives a process that Ctrl-C ended. */
    private static final int UNKNOWN_SHOWN = 5;

    private static final int INTERRUPTED = 130;

    private static final String WINDOW = "1 d";

    @Option(
            names = "--model",
            paramLabel = "BUNDLE",
            required = true,
            description = "The model's bundle, a path or a URI.")
    private String model;

    @Mixin
    private BatchInput input;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where the results go; new or empty.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "jsonl|csv",
            defaultValue = "jsonl",
            description = "Of the tags: jsonl (the default) or csv.")
    private TagFormat format;

    @Option(
            names = "--allow",
            paramLabel = "URI",
            description = "Also fetch what is under this one, https://images.example.com say; may be given often. Hosts"
                    + " and folders that --in names need it not; redirects and events of a topic do.")
    private List<String> allow = List.of();

    @Option(names = "--allow-internal", description = "Let HTTP go to loopback, private and link-local addresses too.")
    private boolean allowInternal;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images in one forward pass at most (default: ${DEFAULT-VALUE}).")
    private int maxBatch;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks that decode and classify (default: one per core).")
    private int parallelism = Runtime.getRuntime().availableProcessors();

    @Mixin
    private Findings findings;

    @Override
    public Integer call() throws Exception {
        try (DirectoryClaim claim = DirectoryClaim.beside(out)) {
            requireNewOrEmpty(out);
            return tag();
        }
    }

    private int tag() throws Exception {
        FlinkFileSystems.open();
        try (SharedModel shared = Bundles.acquire(model);
                StopOnExit running = new StopOnExit()) {
            try {
                return AtomicDirectory.replace(out, directory -> {
                    running.add(() -> AtomicDirectory.deleteRecursively(directory));
                    return tag(directory, shared.description(), running);
                });
            } catch (IOException | RuntimeException e) {
                if (running.exiting()) {
                    return INTERRUPTED;
                }
                throw e;
            }
        }
    }

    private static void requireNewOrEmpty(Path directory) throws IOException {
        AtomicDirectory.requireWritable(directory);
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new CommandException(directory + " is not empty; results go to a new directory");
                }
            }
        }
    }

    private int tag(Path directory, ModelDescription description, StopOnExit running) throws IOException {
        BatchFiles files = new BatchFiles(directory);
        BatchInput.Images images = input.open(files, description.classes());
        images.count().ifPresent(count -> System.out.printf(Locale.ROOT, "%,d images to tag%n", count));
        JobFigures figures = run(
                files.job(images.images()),
                settings(images.places()),
                images.count().orElse(-1L),
                running,
                System.out);

        ConfusionMatrix confusion = new ConfusionMatrix(description.classes());
        Map<String, Long> unknown = new TreeMap<>();
        files.join(format, tag -> count(tag, confusion, unknown));
        report(figures, confusion, unknown, description);
        return 0;
    }

    private TaggingSettings settings(List<String> places) {
        List<String> allowed = new ArrayList<>(places);
        allowed.addAll(allow);
        return TaggingSettings.of(
                "tagger batch",
                Json.MAPPER.valueToTree(Map.of(
                        "model", Map.of("bundle", model, "programs", true),
                        "classify", Map.of("maxBatch", maxBatch),
                        "images",
                                Map.of(
                                        "fetch",
                                        Map.of("allow", allowed, "allowInternal", allowInternal, "waitWhenFull", true)),
                        "accuracy", Map.of("window", WINDOW, "waitForLabels", "0 s"))));
    }

    private JobFigures run(
            TaggingJob tagging, TaggingSettings settings, long total, StopOnExit running, PrintStream console) {
        try (LocalFlink flink = running.add(FlinkEnvironment.batch(parallelism));
                Progress progress = Progress.start("tagging", total, console)) {
            StreamExecutionEnvironment env = flink.environment();
            tagging.assemble(env, settings);
            JobClient job = env.executeAsync("catalog tagger, batch");
            JobWatch watch = JobWatch.unforgiving(job, flink);
            while (watch.goesOn()) {
                JobFigures soFar = JobFigures.of(job.getAccumulators().get());
                progress.to(soFar.tagged() + soFar.rejected(), "%,.0f images/s".formatted(soFar.imagesPerSecond()));
            }
            return JobFigures.of(job.getJobExecutionResult().get().getAllAccumulatorResults());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        } catch (CommandException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandException("the job failed: " + ErrorLine.ofRootCause(e), e);
        }
    }

    /** Counts a tag, or, where the model cannot know its truth, that. */
    private static void count(JsonNode tag, ConfusionMatrix confusion, Map<String, Long> unknown) {
        String label = tag.path("truth").asText();
        int truth = confusion.classes().indexOf(label);
        if (truth >= 0) {
            confusion.add(truth, confusion.classes().indexOf(tag.path("label").asText()));
        } else if (!label.isEmpty()) {
            unknown.merge(label, 1L, Long::sum);
        }
    }

    private void report(
            JobFigures figures, ConfusionMatrix confusion, Map<String, Long> unknown, ModelDescription description)
            throws IOException {
        PrintStream console = System.out;
        if (confusion.images() > 0) {
            console.print(AccuracyTable.of(confusion));
        }
        long ofUnknown = unknown.values().stream().mapToLong(Long::longValue).sum();
        if (ofUnknown > 0) {
            console.printf(
                    Locale.ROOT,
                    "%,d images are labelled as what the model does not know, and are not among these: %s%n",
                    ofUnknown,
                    unknown.entrySet().stream()
                            .limit(UNKNOWN_SHOWN)
                            .map(label -> "%s (%,d)".formatted(label.getKey(), label.getValue()))
                            .collect(Collectors.joining(", ", "", unknown.size() > UNKNOWN_SHOWN ? ", …" : "")));
        }
        console.printf(
                Locale.ROOT,
                "%,d images = %,d tagged + %,d rejected; %,.0f images/s%n%s: %s%n",
                figures.tagged() + figures.rejected(),
                figures.tagged(),
                figures.rejected(),
                figures.imagesPerSecond(),
                description.modelVersion(),
                out);
        ObjectNode json = Findings.of(confusion, description.modelVersion());
        json.put("ofUnknownClasses", ofUnknown);
        json.put("published", figures.tagged() + figures.rejected());
        json.put("tagged", figures.tagged());
        json.put("rejected", figures.rejected());
        json.put("imagesPerSecond", figures.imagesPerSecond());
        findings.write(json);
    }
}
