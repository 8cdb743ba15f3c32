package org.catalogtagger.streaming.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What the job itself said of its accuracy.
 *
 * @param windows in the accuracy topic, each by its last revision
 * @param support labelled images, over all windows
 * @param correct those of them that were tagged with their label
 */
record ReportedAccuracy(String topic, long windows, long support, long correct) {
    static ReportedAccuracy read(StreamSettings.Kafka kafka) throws IOException {
        // A window that changed is told again.
        Map<String, JsonNode> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> window :
                CommittedRecords.readAll(kafka.bootstrapServers(), kafka.accuracyTopic())) {
            JsonNode accuracy = Json.MAPPER.readTree(window.value());
            if (!accuracy.has("segment")) {
                last.put(accuracy.path("windowStart").asText() + accuracy.path("modelVersion"), accuracy);
            }
        }
        long support = 0;
        long correct = 0;
        for (JsonNode accuracy : last.values()) {
            support += accuracy.path("support").asLong();
            correct += accuracy.path("correct").asLong();
        }
        return new ReportedAccuracy(kafka.accuracyTopic(), last.size(), support, correct);
    }
}
