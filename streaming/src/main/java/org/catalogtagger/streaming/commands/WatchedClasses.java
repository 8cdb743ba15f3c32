package org.catalogtagger.streaming.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.AuthorizationException;
import org.catalogtagger.streaming.json.BaselineValue;
import org.catalogtagger.streaming.json.BaselineValue.Watched;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.KafkaConnection;
import org.jspecify.annotations.Nullable;

/** How well the classes of a model are watched. */
final class WatchedClasses {
    private static final int NAMED = 10;
    private static final int MODELS = 2;

    /** What was told of so long before the last may be another model's that tagged then. */
    private static final Duration TOGETHER = Duration.ofDays(1);

    private final BaselineValue model;

    private WatchedClasses(BaselineValue model) {
        this.model = model;
    }

    /** Those that the job told of last, the live one and perhaps a shadow; none where there is no such topic that one may read. */
    static List<WatchedClasses> read(KafkaOptions kafka, String topic) throws IOException {
        if (!KafkaConnection.hasTopic(kafka.bootstrap(), kafka.properties(), topic)) {
            return List.of();
        }
        Map<String, String> reading = new HashMap<>(kafka.properties());
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = CommittedRecords.consumer(kafka.bootstrap(), reading)) {
            CommittedRecords.readThrough(consumer, topic, records::add);
        } catch (AuthorizationException e) {
            // Alerts can be had without it.
            return List.of();
        }
        long newest =
                records.stream().mapToLong(ConsumerRecord::timestamp).max().orElse(0);
        // The topic is compacted: of a model that was told of twice, both may be there.
        Map<String, BaselineValue> models = new LinkedHashMap<>();
        records.stream()
                .filter(each -> each.timestamp() >= newest - TOGETHER.toMillis())
                .sorted(Comparator.<ConsumerRecord<byte[], byte[]>>comparingLong(ConsumerRecord::timestamp)
                        .reversed())
                .map(each -> value(each.value()))
                .flatMap(Optional::stream)
                .forEach(model -> models.putIfAbsent(model.modelVersion(), model));
        return models.values().stream()
                .filter(model -> !model.watched().isEmpty())
                .limit(MODELS)
                .map(WatchedClasses::new)
                .toList();
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
        int all = model.classes().size() + model.classesLeftOut().orElse(0);
        StringBuilder line = new StringBuilder(
                "watched: %,d of %,d classes of model %s".formatted(delays.getCount(), all, model.modelVersion()));
        if (delays.getCount() > 0) {
            line.append(", where a fall by 20 points shows after %s labels of it"
                    .formatted(
                            delays.getMin() == delays.getMax()
                                    ? "%,d".formatted(delays.getMin())
                                    : "%,d to %,d".formatted(delays.getMin(), delays.getMax())));
        }
        model.classesLeftOut().ifPresent(leftOut -> line.append("; %,d are not told of".formatted(leftOut)));
        int fallen = model.classes().size() - classes.size();
        if (fallen > 0) {
            line.append("; %,d have fallen".formatted(fallen));
        }
        List<Watched> unwatched = classes.stream()
                .filter(ofClass -> ofClass.detectionDelay().isEmpty())
                .sorted(Comparator.comparingInt(Watched::labelsNeeded))
                .toList();
        if (unwatched.isEmpty()) {
            return line.toString();
        }
        String more = unwatched.size() > NAMED ? " and %,d more".formatted(unwatched.size() - NAMED) : "";
        return unwatched.stream()
                .limit(NAMED)
                .map(ofClass -> "%s (needs %,d more labels)".formatted(ofClass.label(), ofClass.labelsNeeded()))
                .collect(Collectors.joining(", ", line + System.lineSeparator() + "  not yet: ", more));
    }
}
