package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.streaming.settings.TaggingSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records whose times are in no order, by a range of them. */
class KafkaRangeIT {
    private static final String TOPIC = "product-images";
    private static final int RECORDS = 200;
    private static final long HOUR = 3_600_000;

    private static final long FIRST = System.currentTimeMillis() - RECORDS * HOUR;
    private static final List<Long> TIMES = new ArrayList<>();

    private static LocalKafka kafka;

    @BeforeAll
    static void publish(@TempDir Path folder) throws Exception {
        kafka = LocalKafka.start(folder);
        kafka.createTopics(List.of(TOPIC), 3);
        Random random = new Random(1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                long time = FIRST + random.nextInt(RECORDS) * HOUR;
                TIMES.add(time);
                byte[] key = Integer.toString(i).getBytes(UTF_8);
                producer.send(new ProducerRecord<>(TOPIC, i % 3, time, key, key))
                        .get();
            }
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    /** Hours after the first, none where there is no bound. */
    @ParameterizedTest
    @CsvSource({",", "50,", ",50", "50,150", "50,50", "0,1", "199,200", "150,50"})
    void eachOfThoseTimesIsReadOnceAndNoOther(Integer from, Integer until) throws Exception {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            boolean lateEnough = from == null || TIMES.get(i) >= FIRST + from * HOUR;
            if (lateEnough && (until == null || TIMES.get(i) < FIRST + until * HOUR)) {
                expected.add(i);
            }
        }
        assertThat(read(from, until)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<Integer> read(Integer from, Integer until) throws Exception {
        KafkaRange range = new KafkaRange(
                kafka.bootstrapServers(),
                Map.of(),
                TOPIC,
                Optional.ofNullable(from).map(hours -> Instant.ofEpochMilli(FIRST + hours * HOUR)),
                Optional.ofNullable(until).map(hours -> Instant.ofEpochMilli(FIRST + hours * HOUR)),
                TaggingSettings.Accuracy.defaults().eventTimes());
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(2);
        List<Integer> read = new ArrayList<>();
        try (CloseableIterator<InputRecord> events = env.fromSource(
                        range.images(), WatermarkStrategy.noWatermarks(), "range")
                .executeAndCollect()) {
            events.forEachRemaining(event -> read.add(Integer.valueOf(new String(event.value(), UTF_8))));
        }
        return read;
    }
}
