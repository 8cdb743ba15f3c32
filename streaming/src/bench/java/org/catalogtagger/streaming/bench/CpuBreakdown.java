package org.catalogtagger.streaming.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Where the processors' time goes between its start and its end: by kind of thread as Linux counts it, and within the
 * threads that classify by what their stacks show. What no thread that still lives has used is idle, or
 * other processes'.
 */
final class CpuBreakdown implements AutoCloseable {
    private static final Path THREADS = Path.of("/proc/self/task");
    private static final double TICKS_PER_SECOND = 100;
    private static final long SAMPLE_MILLIS = 20;
    private static final String CLASSIFY = "classify";
    private static final String OTHER = "other";
    static final String DRIFT = "drift";
    static final String BROKER = "broker";
    static final String IDLE = "idle";

    /** How the names of a part's threads begin; of several, the first. Linux keeps 15 characters of a name. */
    private static final Map<String, String> PARTS = ordered(
            CLASSIFY,
            CLASSIFY,
            "Source Data Fet",
            "consumer",
            "Source: images",
            "source",
            "join labels",
            "accuracy",
            "limit segments",
            "accuracy",
            "merge panes",
            "accuracy",
            "detect drift",
            DRIFT,
            "count panes",
            "accuracy",
            "close windows",
            "accuracy",
            "expect accuracy",
            "accuracy",
            "rocksdb",
            "rocksdb",
            "Flink-RocksDB",
            "rocksdb",
            "OutputFlusher",
            "flusher",
            "AsyncOperations",
            "checkpoint",
            "kafka-producer",
            "producer",
            "data-plane",
            BROKER,
            "kafka-",
            BROKER,
            "GC ",
            "gc",
            "G1 ",
            "gc",
            "C1 ",
            "compiler",
            "C2 ",
            "compiler",
            "VM ",
            "gc");

    /** What a frame of a classifying thread is about, by how its class's name begins. */
    private static final Map<String, String> FRAMES = ordered(
            "org.catalogtagger.model.image.Normalization", "normalize",
            "org.catalogtagger.model.image", "decode",
            "org.catalogtagger.model.ImageBatch", "normalize",
            "org.catalogtagger.model.Prediction", "tag",
            "org.catalogtagger.model.Classifier", "forward",
            "org.catalogtagger.model.SharedModel", "forward",
            "ai.djl", "forward",
            "org.catalogtagger.streaming.json", "tag",
            "org.apache.flink.connector.kafka", "sink",
            "org.apache.kafka", "sink");

    private final long start = System.nanoTime();
    private final Map<String, Double> before = secondsByThread();
    private final Map<String, Long> samples = new ConcurrentHashMap<>();
    private final Thread sampler = new Thread(this::sample, "cpu-breakdown");

    CpuBreakdown() {
        sampler.setDaemon(true);
        sampler.start();
    }

    /** The time of all processors by part since the start, {@value #IDLE} too, in microseconds for each of so many images. */
    Map<String, Double> soFar(long images) {
        double all = Runtime.getRuntime().availableProcessors() * (System.nanoTime() - start) / 1e3 / images;
        Map<String, Double> byPart = new LinkedHashMap<>();
        secondsByThread().forEach((thread, seconds) -> {
            String name = thread.substring(thread.indexOf(' ') + 1);
            double used = seconds - before.getOrDefault(thread, 0.0);
            byPart.merge(startOf(PARTS, name, OTHER), used * 1e6 / images, Double::sum);
        });
        double classify = byPart.getOrDefault(CLASSIFY, 0.0);
        byPart.remove(CLASSIFY);
        double sampled =
                Math.max(1, samples.values().stream().mapToLong(Long::longValue).sum());
        samples.forEach((part, count) -> byPart.put(part, classify * count / sampled));
        double used = byPart.values().stream().mapToDouble(Double::doubleValue).sum();
        byPart.put(IDLE, Math.max(0, all - used));
        return byPart;
    }

    @Override
    public void close() {
        sampler.interrupt();
    }

    private void sample() {
        // Only theirs: the stacks of all threads take a millisecond, in which nothing else runs.
        List<Thread> classifying = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(CLASSIFY))
                .toList();
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLIS);
                for (Thread thread : classifying) {
                    if (thread.getState() == Thread.State.RUNNABLE) {
                        samples.merge(partOf(thread.getStackTrace()), 1L, Long::sum);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String partOf(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String part = startOf(FRAMES, frame.getClassName(), "");
            if (!part.isEmpty()) {
                return part;
            }
        }
        return "flink";
    }

    private static String startOf(Map<String, String> starts, String name, String otherwise) {
        return starts.entrySet().stream()
                .filter(start -> name.startsWith(start.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise);
    }

    /** Processor time of each thread, native ones too, by its number and name. */
    private static Map<String, Double> secondsByThread() {
        Map<String, Double> seconds = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                try {
                    // proc(5): number (name) state ..., of which the 14th and 15th are user's and system's ticks.
                    String stat = Files.readString(thread.resolve("stat"));
                    int end = stat.lastIndexOf(')');
                    String name = stat.substring(stat.indexOf('(') + 1, end);
                    String[] rest = stat.substring(end + 2).split(" ", -1);
                    seconds.put(
                            thread.getFileName() + " " + name,
                            (Long.parseLong(rest[11]) + Long.parseLong(rest[12])) / TICKS_PER_SECOND);
                } catch (NoSuchFileException e) {
                    // It ended just now.
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + THREADS, e);
        }
        return seconds;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            ordered.put(pairs[i], pairs[i + 1]);
        }
        return ordered;
    }
}
