package org.catalogtagger.deploy.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;

/**
 * What a reader of committed records finds when all is over, against what was published.
 *
 * @param lost events with neither tag nor rejection
 * @param duplicated answers beyond the first, over all events
 * @param windows of the accuracy topic, per model version
 * @param windowsDiffering those whose last revision is not what a computation over all tags finds
 */
record ExactCounts(int lost, int duplicated, int windows, int windowsDiffering) {
    private record Key(Instant windowStart, String modelVersion) {}

    private record Counted(long tagged, long support, long correct) {
        Counted plus(boolean isCorrect) {
            return new Counted(tagged + 1, support + 1, correct + (isCorrect ? 1 : 0));
        }
    }

    /**
     * Reads the topics whole.
     *
     * @param truth the label of each event
     * @param window the length of an accuracy window
     */
    static ExactCounts read(String bootstrapServers, int events, IntFunction<String> truth, Duration window)
            throws IOException {
        int[] answers = new int[events];
        Map<Key, Counted> computed = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> each : CommittedRecords.readAll(bootstrapServers, "product-tags")) {
            JsonNode tag = Json.MAPPER.readTree(each.value());
            int event = Integer.parseInt(tag.path("productId").asText());
            answers[event]++;
            long millis = Instant.parse(tag.path("eventTime").asText()).toEpochMilli();
            Key key = new Key(
                    Instant.ofEpochMilli(millis - Math.floorMod(millis, window.toMillis())),
                    tag.path("modelVersion").asText());
            boolean isCorrect = truth.apply(event).equals(tag.path("label").asText());
            computed.put(key, computed.getOrDefault(key, new Counted(0, 0, 0)).plus(isCorrect));
        }
        for (ConsumerRecord<byte[], byte[]> each :
                CommittedRecords.readAll(bootstrapServers, "product-images-rejected")) {
            answers[Integer.parseInt(new String(each.key(), StandardCharsets.UTF_8))]++;
        }
        int lost = 0;
        int duplicated = 0;
        for (int count : answers) {
            lost += count == 0 ? 1 : 0;
            duplicated += Math.max(0, count - 1);
        }
        Map<Key, Counted> told = accuracy(bootstrapServers);
        TreeSet<String> differing = new TreeSet<>();
        for (Key key : told.keySet()) {
            if (!Objects.equals(told.get(key), computed.get(key))) {
                differing.add("%s: told %s, computed %s".formatted(key, told.get(key), computed.get(key)));
            }
        }
        for (Key key : computed.keySet()) {
            if (!told.containsKey(key)) {
                differing.add("%s: not told, computed %s".formatted(key, computed.get(key)));
            }
        }
        differing.forEach(System.out::println);
        return new ExactCounts(lost, duplicated, told.size(), differing.size());
    }

    /** Tags that the last revisions of all windows count. */
    static long taggedInWindows(String bootstrapServers) throws IOException {
        return accuracy(bootstrapServers).values().stream()
                .mapToLong(Counted::tagged)
                .sum();
    }

    private static Map<Key, Counted> accuracy(String bootstrapServers) throws IOException {
        Map<Key, Counted> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> each : CommittedRecords.readAll(bootstrapServers, "accuracy-metrics")) {
            JsonNode told = Json.MAPPER.readTree(each.value());
            last.put(
                    new Key(
                            Instant.parse(told.path("windowStart").asText()),
                            told.path("modelVersion").asText()),
                    new Counted(
                            told.path("tagged").asLong(),
                            told.path("support").asLong(),
                            told.path("correct").asLong()));
        }
        return last;
    }
}
