package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.catalogtagger.streaming.json.BaselineValue;
import org.catalogtagger.streaming.json.BaselineValue.Watched;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.jspecify.annotations.Nullable;

/** How well the classes of the model are watched that the job told of last. */
final class WatchedClasses {
    private static final int NAMED = 10;

    private final BaselineValue model;

    private WatchedClasses(BaselineValue model) {
        this.model = model;
    }

    /** None where there is no such topic that one may read, or no model in it. */
    static Optional<WatchedClasses> read(KafkaOptions kafka, String topic) throws IOException {
        if (!KafkaConnection.hasTopic(kafka.bootstrap(), kafka.properties(), topic)) {
            return Optional.empty();
        }
        Map<String, String> reading = new HashMap<>(kafka.properties());
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(kafka.bootstrap(), reading)) {
            CommittedRecords.readThrough(consumer, topic, records::add);
        }
        return records.stream()
                .sorted(Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
                        .reversed())
                .map(each -> value(each.value()))
                .flatMap(Optional::stream)
                .filter(model -> !model.watched().isEmpty())
                .findFirst()
                .map(WatchedClasses::new);
    }

    private static Optional<BaselineValue> value(byte @Nullable [] json) {
        try {
            return json == null ? Optional.empty() : Optional.of(JsonValues.read(json, BaselineValue.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("bytes are at hand", e);
        }
    }

    /** In words: a line, and one of those classes that cannot be watched yet. */
    String lines() {
        List<Watched> classes = model.watched();
        IntSummaryStatistics delays = classes.stream()
                .flatMap(ofClass -> ofClass.detectionDelay().stream())
                .mapToInt(Integer::intValue)
                .summaryStatistics();
        String watched = delays.getCount() == 0
                ? ""
                : ", where a fall by 20 points shows after %,d to %,d labels of it"
                        .formatted(delays.getMin(), delays.getMax());
        List<Watched> unwatched = classes.stream()
                .filter(ofClass -> ofClass.detectionDelay().isEmpty())
                .sorted(Comparator.comparingInt(
                        ofClass -> ofClass.labelsNeeded().orElse(Integer.MAX_VALUE)))
                .toList();
        String line = "watched: %,d of %,d classes of model %s%s"
                .formatted(delays.getCount(), model.classes().size(), model.modelVersion(), watched);
        if (unwatched.isEmpty()) {
            return line;
        }
        String more = unwatched.size() > NAMED ? " and %,d more".formatted(unwatched.size() - NAMED) : "";
        return unwatched.stream()
                .limit(NAMED)
                .map(WatchedClasses::needs)
                .collect(Collectors.joining(", ", line + "%n  not yet: ".formatted(), more));
    }

    private static String needs(Watched ofClass) {
        return ofClass.label()
                + ofClass.labelsNeeded()
                        .map(" (needs %,d more labels)"::formatted)
                        .orElse("");
    }
}
