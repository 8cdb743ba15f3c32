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
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.cli.ErrorLine;
import org.catalogtagger.cli.Progress;
import org.catalogtagger.cli.StopOnExit;
import org.catalogtagger.model.SharedModel;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.streaming.files.BatchFiles;
import org.catalogtagger.streaming.files.TagFormat;
import org.catalogtagger.streaming.job.FlinkEnvironment;
import org.catalogtagger.streaming.job.JobFigures;
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
    private static final int INTERRUPTED = 130;

    private static final String WINDOW = "1 d";

    private static final long CANCEL_SECONDS = 10;

    @Option(names = "--model", paramLabel = "BUNDLE", required = true, description = "The model's bundle.")
    private Path model;

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
        requireNewOrEmpty(out);
        try (SharedModel shared = SharedModel.acquire(model);
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
        StreamExecutionEnvironment env = FlinkEnvironment.batch(parallelism);
        files.job(images.images()).assemble(env, settings(images.places()));
        JobFigures figures = run(env, images.count().orElse(-1L), running, System.out);

        ConfusionMatrix confusion = new ConfusionMatrix(description.classes());
        files.join(format, tag -> count(tag, confusion));
        report(figures, confusion, description);
        return 0;
    }

    private TaggingSettings settings(List<String> places) {
        List<String> allowed = new ArrayList<>(places);
        allowed.addAll(allow);
        return TaggingSettings.of(
                "tagger batch",
                Json.MAPPER.valueToTree(Map.of(
                        "model", Map.of("bundle", model.toString()),
                        "classify", Map.of("maxBatch", maxBatch),
                        "images",
                                Map.of(
                                        "fetch",
                                        Map.of("allow", allowed, "allowInternal", allowInternal, "waitWhenFull", true)),
                        "accuracy", Map.of("window", WINDOW, "waitForLabels", "0 s"))));
    }

    private static JobFigures run(StreamExecutionEnvironment env, long total, StopOnExit running, PrintStream console) {
        try (Progress progress = Progress.start("tagging", total, console)) {
            JobClient job = env.executeAsync("catalog tagger, batch");
            Future<JobExecutionResult> end = job.getJobExecutionResult();
            running.add(() -> {
                if (!end.isDone()) {
                    job.cancel().get(CANCEL_SECONDS, TimeUnit.SECONDS);
                }
            });
            while (true) {
                try {
                    return JobFigures.of(end.get(1, TimeUnit.SECONDS).getAllAccumulatorResults());
                } catch (TimeoutException e) {
                    JobFigures soFar = JobFigures.of(job.getAccumulators().get());
                    progress.to(soFar.tagged() + soFar.rejected(), "%,.0f images/s".formatted(soFar.imagesPerSecond()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException("interrupted", e);
        } catch (Exception e) {
            throw new CommandException("the job failed: " + ErrorLine.ofRootCause(e), e);
        }
    }

    private static void count(JsonNode tag, ConfusionMatrix confusion) {
        int truth = confusion.classes().indexOf(tag.path("truth").asText());
        if (truth >= 0) {
            confusion.add(truth, confusion.classes().indexOf(tag.path("label").asText()));
        }
    }

    private void report(JobFigures figures, ConfusionMatrix confusion, ModelDescription description)
            throws IOException {
        PrintStream console = System.out;
        if (confusion.images() > 0) {
            console.print(AccuracyTable.of(confusion));
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
        json.put("published", figures.tagged() + figures.rejected());
        json.put("tagged", figures.tagged());
        json.put("rejected", figures.rejected());
        json.put("imagesPerSecond", figures.imagesPerSecond());
        findings.write(json);
    }
}
