package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes every call and never answers, and inline images among the events that lead to it. */
class SlowUrisIT {
    private static final int URIS = 4000;
    private static final int INLINE = 400;

    @Test
    void inlineImagesKeepTheirPaceAndEveryEventIsAnswered(@TempDir Path folder) throws Exception {
        byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
        try (ServerSocket silent = new ServerSocket(0, 5000, InetAddress.getLoopbackAddress())) {
            String place = "http://127.0.0.1:" + silent.getLocalPort();
            String fetch = "images: {fetch: {allow: ['%s'], allowInternal: true, timeout: 5 s, parallel: 4}}\n"
                    .formatted(place);
            try (RunningJob job = RunningJob.start(
                            folder,
                            TinyModel.save(folder.resolve("model"), 1),
                            (settings, unchanged) -> unchanged,
                            fetch);
                    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", job.kafka.bootstrapServers()),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                long begun = System.nanoTime();
                for (int i = 0; i < URIS; i++) {
                    ProducerRecord<byte[], byte[]> byUri =
                            new ProducerRecord<>("product-images", ("uri-" + i).getBytes(UTF_8), place.getBytes(UTF_8));
                    byUri.headers().add("content-type", "text/uri-list".getBytes(UTF_8));
                    send(producer, byUri);
                    if (i % (URIS / INLINE) == 0) {
                        send(producer, new ProducerRecord<>("product-images", ("inline-" + i).getBytes(UTF_8), image));
                    }
                }
                producer.flush();
                RunningJob.await(
                        "all inline images", () -> keys(job, "product-tags").size() >= INLINE);
                System.out.printf(
                        "%d inline images among %,d URIs of a silent server: tagged after %.1f s%n",
                        INLINE, URIS, (System.nanoTime() - begun) / 1e9);

                // In turn, four at a time and subtask, they would take 2,500 s.
                RunningJob.await(
                        "all answers",
                        () -> keys(job, "product-images-rejected").size() >= URIS);
                assertThat(keys(job, "product-tags")).doesNotHaveDuplicates().hasSize(INLINE);
                Set<String> rejected = new HashSet<>(keys(job, "product-images-rejected"));
                assertThat(rejected).hasSize(URIS).allMatch(key -> key.startsWith("uri-"));
                Map<String, Long> reasons = records(job, "product-images-rejected").stream()
                        .map(record ->
                                new String(record.headers().lastHeader("reason").value(), UTF_8))
                        .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()));
                assertThat(reasons).containsOnlyKeys("fetch-queue-full", "fetch-timeout");
                System.out.println(reasons);
            }
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> event) {
        Future<RecordMetadata> unused = producer.send(event);
    }

    private static List<String> keys(RunningJob job, String topic) {
        return records(job, topic).stream()
                .map(record -> new String(record.key(), UTF_8))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(RunningJob job, String topic) {
        return CommittedRecords.readAll(job.kafka.bootstrapServers(), topic);
    }
}
