package org.catalogtagger.streaming.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.network.Architecture;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * The notebook's network (125,517,872 parameters) on a backlog of real images, from Kafka to Kafka, exactly once, the
 * broker on the same cores: beside a bare loop of batched forwards, the job that one would write first, and Python's
 * PyTorch. Job and bare loop take turns; the figures are medians.
 */
public final class StreamBigBenchmark {
    private static final int BACKLOG = Integer.getInteger("bench.backlog", 30_000);
    private static final int FEW = 600;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final List<Integer> BATCHES = List.of(256, 512, 1024);
    private static final double SECONDS = 12;

    private StreamBigBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            Path bundle = BenchModels.big(folder.resolve("model"));
            bench.createTopic("images");
            images.publish(bench.bootstrapServers(), "images", 0, BACKLOG, 0);
            bench.createTopic("few-images");
            images.publish(bench.bootstrapServers(), "few-images", 0, FEW, 0);

            BareLoop best = bestLoop(images, bundle);
            List<Double> jobs = new ArrayList<>();
            List<Double> loops = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            loops.add(best.imagesPerSecond(images, bundle, SECONDS));
            for (int round = 0; round < ROUNDS; round++) {
                StreamSettings settings = bench.settings("images", bundle, more(best.batchSize()));
                double job = bench.overBacklog(settings, BenchJob::product, BACKLOG, 0.2)
                        .steadyImagesPerSecond();
                jobs.add(job);
                loops.add(best.imagesPerSecond(images, bundle, SECONDS));
                // The machine's pace drifts: against the loops before and after.
                ratios.add(job / ((loops.get(round) + loops.get(round + 1)) / 2));
                System.out.printf(Locale.ROOT, "  job %.1f images/s, bare loop %.1f%n", job, loops.get(round + 1));
            }
            double naive = bench.overBacklog(
                            bench.settings("few-images", bundle, "{flink: {checkpointInterval: 1 s}}"),
                            OneByOneJob::assemble,
                            FEW,
                            0.2)
                    .steadyImagesPerSecond();
            double python = python(best.batchSize(), Runtime.getRuntime().availableProcessors());

            double job = median(jobs);
            figures.add("imagesPerSecond", job, "the job's, Kafka to Kafka, exactly once");
            figures.add("bestBatch", best.batchSize(), "images in a forward pass");
            figures.add("bestThreads", best.threads(), "forward passes at a time");
            figures.add("bareLoopImagesPerSecond", median(loops), "forwards of the same batch, nothing decoded");
            figures.add("naiveImagesPerSecond", naive, "a map with a one-image predictor");
            figures.add("pytorchImagesPerSecond", python, "Python's PyTorch, forwards of the same batch size");
            figures.add("jobOverBareLoop", median(ratios), "");
            figures.add("jobOverNaive", job / naive, "");
            figures.add("jobOverPytorch", job / python, "");
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static BareLoop bestLoop(BenchImages images, Path bundle) throws InterruptedException {
        BareLoop best = new BareLoop(1, 1, false);
        double most = 0;
        for (int threads : List.of(1, Runtime.getRuntime().availableProcessors())) {
            for (int size : BATCHES) {
                BareLoop loop = new BareLoop(threads, size, false);
                double rate = loop.imagesPerSecond(images, bundle, SECONDS / 2);
                System.out.printf(
                        Locale.ROOT, "  bare loop, %d thread(s), batches of %d: %.1f images/s%n", threads, size, rate);
                if (rate > most) {
                    most = rate;
                    best = loop;
                }
            }
        }
        return best;
    }

    private static String more(int batch) {
        return "{classify: {maxBatch: %d, maxDelay: 1 s}, flink: {checkpointInterval: 10 s}}".formatted(batch);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** Images a second that Python's PyTorch classifies. */
    private static double python(int batch, int threads) throws IOException, InterruptedException {
        String script =
                """
                import time, torch
                torch.set_num_threads(%d)
                sizes = %s
                layers = []
                for i in range(1, len(sizes)):
                    layers += [torch.nn.Linear(sizes[i - 1], sizes[i]), torch.nn.ReLU()]
                net = torch.nn.Sequential(*layers[:-1])
                images = torch.rand(%d, sizes[0])
                with torch.no_grad():
                    net(images)
                    start, done = time.time(), 0
                    while time.time() - start < %f:
                        net(images).softmax(1)
                        done += len(images)
                print(done / (time.time() - start))
                """
                        .formatted(threads, Architecture.NOTEBOOK_LAYERS, batch, SECONDS);
        Process process = new ProcessBuilder("/usr/bin/python3", "-c", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            process.waitFor();
            return line == null ? Double.NaN : Double.parseDouble(line);
        }
    }
}
