package org.catalogtagger.streaming.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.bench.Figures;
import org.catalogtagger.bench.ResidentMemory;
import org.catalogtagger.model.bundle.AtomicDirectory;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.ModelReleases;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * Ten releases in a row, then one of a corrupt bundle, to a job that works off a backlog as fast as it can: what the
 * switches cost in throughput, what memory they leave behind, and whether each event has just one tag.
 */
public final class StreamReleaseBenchmark {
    private static final int BACKLOG = Integer.getInteger("bench.backlog", 600_000);
    private static final int RELEASES = Integer.getInteger("bench.releases", 10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private StreamReleaseBenchmark() {}

    /** Takes the file for the figures. */
    public static void main(String... arguments) throws Exception {
        Figures figures = new Figures();
        BenchImages images = BenchImages.load();
        Path folder = Files.createTempDirectory("bench");
        try (BenchJob bench = BenchJob.start(folder)) {
            bench.createTopic("images");
            images.publish(bench.bootstrapServers(), "images", 0, BACKLOG, 0);
            StreamSettings settings = bench.settings("images", BenchModels.compact(folder.resolve("model")), "{}");
            String tagsTopic = settings.kafka().tagsTopic();
            bench.createTopic(settings.kafka().releaseOutcomesTopic());
            JobClient job = bench.run(settings, BenchJob::product);
            awaitTags(bench, tagsTopic, BACKLOG / 4);

            double resident = 0;
            int refused = 0;
            try (ModelReleases releases = new ModelReleases(
                    bench.bootstrapServers(),
                    Map.of(),
                    settings.kafka().releasesTopic(),
                    settings.kafka().releaseOutcomesTopic())) {
                for (int i = 0; i < RELEASES; i++) {
                    release(releases, BenchModels.compact(folder.resolve("model-" + i), i + 2));
                    double now = ResidentMemory.anonymousMegabytes();
                    System.out.printf(Locale.ROOT, "  after release %d: %,.0f MB resident%n", i + 1, now);
                    if (i == RELEASES / 2) {
                        resident = now;
                    }
                }
                Path corrupt = BenchModels.compact(folder.resolve("corrupt"), 99);
                Files.write(corrupt.resolve("weights.safetensors"), new byte[1000]);
                for (ModelReleases.Outcome outcome : release(releases, corrupt)) {
                    refused += outcome.accepted() ? 0 : 1;
                }
            }
            double grown = ResidentMemory.anonymousMegabytes() - resident;
            double unreleased = bench.committed(tagsTopic);
            awaitTags(bench, tagsTopic, BACKLOG);
            job.cancel().get();

            Tally tally = Tally.of(CommittedRecords.readAll(bench.bootstrapServers(), tagsTopic));
            figures.add("published", BACKLOG, "events");
            figures.add("tagged", tally.tags(), "");
            figures.add("products", tally.products().size(), "with a tag: each once, if this is the same again");
            figures.add("modelVersions", tally.firstTagMillis().size(), "that made tags");
            figures.add("refusedBySubtasks", refused, "of " + BenchJob.PARTITIONS + ", the corrupt bundle");
            figures.add("tagsBeforeLastSwitch", unreleased, "the job was under load until then");
            figures.add("usualGapMillis", tally.gapMillis(0.99), "between batches, 99 of 100 are shorter");
            figures.add("longestGapAtSwitchMillis", tally.longestGapAtSwitchMillis(), "between batches, at a switch");
            figures.add(
                    "residentGrowthMegabytes", grown, "outside the heap, from half of the releases to after the last");
        } finally {
            AtomicDirectory.deleteRecursively(folder);
        }
        figures.write(arguments);
        System.exit(0);
    }

    private static List<ModelReleases.Outcome> release(ModelReleases releases, Path bundle) throws Exception {
        ModelRelease release = new ModelRelease(Role.LIVE, bundle.toString(), "", System.currentTimeMillis());
        releases.send(release);
        return releases.await(release, PATIENCE);
    }

    private static void awaitTags(BenchJob bench, String topic, int count) throws Exception {
        while (bench.committed(topic) < count) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /**
     * What the tags say.
     *
     * @param times at which tags were made, milliseconds since 1970, and how many
     */
    private record Tally(
            double tags, Set<String> products, Map<String, Long> firstTagMillis, TreeMap<Long, Integer> times) {
        static Tally of(List<ConsumerRecord<byte[], byte[]>> tags) throws Exception {
            Set<String> products = new HashSet<>();
            Map<String, Long> first = new TreeMap<>();
            TreeMap<Long, Integer> times = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> kafkaRecord : tags) {
                JsonNode tag = Json.MAPPER.readTree(kafkaRecord.value());
                long at = Instant.parse(tag.path("taggedAt").asText()).toEpochMilli();
                products.add(tag.path("productId").asText());
                first.merge(tag.path("modelVersion").asText(), at, Math::min);
                times.merge(at, 1, Integer::sum);
            }
            return new Tally(tags.size(), products, first, times);
        }

        double gapMillis(double share) {
            List<Long> at = List.copyOf(times.keySet());
            long[] gaps = new long[at.size() - 1];
            for (int i = 0; i < gaps.length; i++) {
                gaps[i] = at.get(i + 1) - at.get(i);
            }
            Arrays.sort(gaps);
            return gaps[(int) (share * (gaps.length - 1))];
        }

        /** Of the gaps that end within half a second of a model's first tag. */
        double longestGapAtSwitchMillis() {
            long longest = 0;
            for (long first : firstTagMillis.values()) {
                Long before = times.lowerKey(first - 500);
                if (before == null) {
                    continue; // The first model: nothing was there to switch from.
                }
                for (long at :
                        times.subMap(first - 500, true, first + 500, true).keySet()) {
                    longest = Math.max(longest, at - before);
                    before = at;
                }
            }
            return longest;
        }
    }
}
