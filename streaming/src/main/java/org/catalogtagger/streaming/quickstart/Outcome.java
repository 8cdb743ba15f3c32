package org.catalogtagger.streaming.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
import org.catalogtagger.model.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What became of the published events, as a reader of committed records sees it.
 *
 * @param tags by product id, each as its JSON, in the order in which they were read
 * @param tagRecords records in the tags topic; more than {@code tags} if a product was tagged twice
 * @param rejections reasons by product id
 * @param rejectedRecords records in the rejected topic
 */
record Outcome(Map<String, JsonNode> tags, long tagRecords, Map<String, String> rejections, long rejectedRecords) {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Reads until every event has its tag or rejection, and writes the tags to a file as they come.
     *
     * @param published events
     * @param tagsFile JSON Lines
     * @param alive asked between two reads; reading ends when it is not
     * @param seen told how many events are answered
     */
    static Outcome await(
            StreamSettings.Kafka kafka, long published, Path tagsFile, BooleanSupplier alive, LongConsumer seen)
            throws IOException {
        Map<String, JsonNode> tags = new LinkedHashMap<>();
        Map<String, String> rejections = new HashMap<>();
        long tagRecords = 0;
        long rejectedRecords = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(kafka.bootstrapServers());
                BufferedWriter lines = Files.newBufferedWriter(tagsFile)) {
            consumer.subscribe(List.of(kafka.tagsTopic(), kafka.rejectedTopic()));
            while (tagRecords + rejectedRecords < published && alive.getAsBoolean()) {
                for (ConsumerRecord<byte[], byte[]> answer : consumer.poll(POLL)) {
                    if (answer.topic().equals(kafka.tagsTopic())) {
                        tagRecords++;
                        JsonNode tag = Json.MAPPER.readTree(answer.value());
                        tags.put(tag.path("productId").asText(), tag);
                        lines.write(new String(answer.value(), StandardCharsets.UTF_8));
                        lines.newLine();
                    } else {
                        rejectedRecords++;
                        rejections.put(new String(answer.key(), StandardCharsets.UTF_8), reason(answer));
                    }
                }
                seen.accept(tagRecords + rejectedRecords);
            }
        }
        return new Outcome(tags, tagRecords, rejections, rejectedRecords);
    }

    /** Some of the tags that came last. */
    List<JsonNode> lastTags(int count) {
        return tags.values().stream().skip(Math.max(0, tags.size() - count)).toList();
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
