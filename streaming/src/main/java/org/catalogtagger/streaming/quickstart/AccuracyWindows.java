package org.catalogtagger.streaming.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.Json;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.settings.StreamSettings;

/**
 * What the job itself said of its accuracy.
 *
 * @param windows records in the accuracy topic
 * @param support labelled images, over all windows
 * @param correct those of them that were tagged with their label
 */
record AccuracyWindows(String topic, long windows, long support, long correct) {
    static AccuracyWindows read(StreamSettings.Kafka kafka) throws IOException {
        long windows = 0;
        long support = 0;
        long correct = 0;
        for (ConsumerRecord<byte[], byte[]> window :
                CommittedRecords.readAll(kafka.bootstrapServers(), kafka.accuracyTopic())) {
            JsonNode accuracy = Json.MAPPER.readTree(window.value());
            windows++;
            support += accuracy.path("support").asLong();
            correct += accuracy.path("correct").asLong();
        }
        return new AccuracyWindows(kafka.accuracyTopic(), windows, support, correct);
    }
}
