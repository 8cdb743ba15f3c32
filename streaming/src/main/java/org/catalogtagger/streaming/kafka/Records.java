package org.catalogtagger.streaming.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.catalogtagger.model.Json;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.job.EventHeader;
import org.catalogtagger.streaming.job.Rejection;
import org.catalogtagger.streaming.job.TaggedImage;

/** What is written to each topic. */
final class Records {
    private Records() {}

    /** Key: the product id; value: JSON; timestamp: event time; headers: those that are carried through. */
    static ProducerRecord<byte[], byte[]> tag(String topic, TaggedImage tag) {
        ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(
                topic,
                null,
                tag.eventTime(),
                bytes(tag.productId()),
                json(new TagValue(
                        tag.productId(),
                        tag.label(),
                        tag.confidence(),
                        tag.top(),
                        tag.modelVersion(),
                        Instant.ofEpochMilli(tag.eventTime()),
                        Instant.ofEpochMilli(tag.taggedAt()))));
        tag.headers().stream()
                .filter(EventHeader::carriedThrough)
                .forEach(header -> kafkaRecord.headers().add(header.name(), header.value()));
        return kafkaRecord;
    }

    /** The original record, and three headers more: {@code reason}, {@code detail}, {@code at} (ISO 8601). */
    static ProducerRecord<byte[], byte[]> rejection(String topic, Rejection rejection) {
        ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(
                topic,
                null,
                rejection.event().timestamp(),
                rejection.event().key(),
                rejection.event().value());
        rejection.event().headers().forEach(header -> kafkaRecord.headers().add(header.name(), header.value()));
        kafkaRecord.headers().add("reason", bytes(rejection.reason()));
        kafkaRecord.headers().add("detail", bytes(rejection.detail()));
        kafkaRecord
                .headers()
                .add("at", bytes(Instant.ofEpochMilli(rejection.at()).toString()));
        return kafkaRecord;
    }

    /** Key: the model's version; value: JSON; timestamp: the window's end. */
    static ProducerRecord<byte[], byte[]> accuracy(String topic, WindowAccuracy window) {
        return new ProducerRecord<>(
                topic,
                null,
                window.windowEnd(),
                bytes(window.modelVersion()),
                json(new AccuracyValue(
                        Instant.ofEpochMilli(window.windowStart()),
                        Instant.ofEpochMilli(window.windowEnd()),
                        window.modelVersion(),
                        window.support(),
                        window.correct(),
                        window.accuracy(),
                        window.classes().stream().map(ClassAccuracyValue::of).toList())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] json(Object value) {
        try {
            return Json.MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record TagValue(
            String productId,
            String label,
            float confidence,
            List<RankedLabel> top,
            String modelVersion,
            Instant eventTime,
            Instant taggedAt) {}

    private record AccuracyValue(
            Instant windowStart,
            Instant windowEnd,
            String modelVersion,
            long support,
            long correct,
            double accuracy,
            List<ClassAccuracyValue> classes) {}

    private record ClassAccuracyValue(String label, long support, long correct, double accuracy) {
        static ClassAccuracyValue of(ClassAccuracy accuracy) {
            return new ClassAccuracyValue(
                    accuracy.label(), accuracy.support(), accuracy.correct(), accuracy.accuracy());
        }
    }
}
