package org.catalogtagger.streaming.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What became of the published events, as a reader of committed records sees it.
 *
 * @param tags by product id, each as its JSON
 * @param tagRecords records in the tags topic; more than {@code tags} if a product was tagged twice
 * @param rejections reasons by product id
 * @param rejectedRecords records in the rejected topic
 */
record Outcome(Map<String, JsonNode> tags, long tagRecords, Map<String, String> rejections, long rejectedRecords) {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Waits until so many events have their tag or rejection.
     *
     * @param alive asked between two reads; the wait ends when it is not
     * @param seen told how many events are answered
     * @return how many were answered
     */
    static long await(StreamSettings.Kafka kafka, long published, BooleanSupplier alive, LongConsumer seen) {
        long answered = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(kafka.bootstrapServers())) {
            consumer.subscribe(List.of(kafka.tagsTopic(), kafka.rejectedTopic()));
            while (answered < published && alive.getAsBoolean()) {
                answered += consumer.poll(POLL).count();
                seen.accept(answered);
            }
        }
        return answered;
    }

    /**
     * Reads all that there is, so that what came twice shows.
     *
     * @param tagsFile where the tags are written, as JSON Lines
     */
    static Outcome read(StreamSettings.Kafka kafka, Path tagsFile) throws IOException {
        Map<String, JsonNode> tags = new HashMap<>();
        var tagRecords = CommittedRecords.readAll(kafka.bootstrapServers(), kafka.tagsTopic());
        try (BufferedWriter lines = Files.newBufferedWriter(tagsFile)) {
            for (ConsumerRecord<byte[], byte[]> tagRecord : tagRecords) {
                JsonNode tag = Json.MAPPER.readTree(tagRecord.value());
                tags.put(tag.path("productId").asText(), tag);
                lines.write(tag.toString());
                lines.newLine();
            }
        }
        Map<String, String> rejections = new HashMap<>();
        var rejectedRecords = CommittedRecords.readAll(kafka.bootstrapServers(), kafka.rejectedTopic());
        rejectedRecords.forEach(
                rejected -> rejections.put(new String(rejected.key(), StandardCharsets.UTF_8), reason(rejected)));
        return new Outcome(tags, tagRecords.size(), rejections, rejectedRecords.size());
    }

    /** Some of the tags that were made last. */
    List<JsonNode> lastTags(int count) {
        List<JsonNode> inOrder = tags.values().stream()
                .sorted(Comparator.comparing(tag -> tag.path("taggedAt").asText()))
                .toList();
        return inOrder.subList(Math.max(0, inOrder.size() - count), inOrder.size());
    }

    /** How many were rejected for each reason. */
    Map<String, Long> reasons() {
        return rejections.values().stream()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static String reason(ConsumerRecord<byte[], byte[]> rejected) {
        Header reason = rejected.headers().lastHeader("reason");
        return reason == null ? "" : new String(reason.value(), StandardCharsets.UTF_8);
    }
}
