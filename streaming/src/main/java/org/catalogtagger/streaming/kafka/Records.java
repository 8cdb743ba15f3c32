package org.catalogtagger.streaming.kafka;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.catalogtagger.streaming.events.Rejection;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.json.ReleaseOutcomeValue;

/** What is written to each topic. */
final class Records {
    private Records() {}

    /** Key: the product id; value: JSON; timestamp: event time; headers: those that are carried through. */
    static ProducerRecord<byte[], byte[]> tag(String topic, TaggedImage tag) {
        ProducerRecord<byte[], byte[]> kafkaRecord =
                new ProducerRecord<>(topic, null, tag.eventTime(), bytes(tag.productId()), JsonValues.tag(tag));
        tag.headers().stream()
                .filter(EventHeader::carriedThrough)
                .forEach(header -> kafkaRecord.headers().add(header.name(), header.value()));
        return kafkaRecord;
    }

    /**
     * The original record, and four headers more: {@code source-record}, {@code reason}, {@code detail}, {@code at} (ISO
     * 8601).
     */
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
                topic, null, window.window().end(), bytes(window.modelVersion()), JsonValues.accuracy(window));
    }

    /** Key: the model's version; value: JSON. */
    static ProducerRecord<byte[], byte[]> baseline(String topic, ModelBaseline baseline) {
        return new ProducerRecord<>(topic, bytes(baseline.modelVersion()), JsonValues.baseline(baseline));
    }

    /** Key: what it is about, the same when it opens and when it closes; value: JSON; timestamp: when it was found. */
    static ProducerRecord<byte[], byte[]> driftAlert(String topic, DriftAlert alert) {
        String key = String.join("/", alert.modelVersion(), alert.kind().key(), alert.reference(), alert.label());
        return new ProducerRecord<>(topic, null, alert.at(), bytes(key), JsonValues.driftAlert(alert));
    }

    /** Key: the role; value: JSON, or none to withdraw. */
    static ProducerRecord<byte[], byte[]> release(String topic, ModelRelease release) {
        ReleaseValue value =
                new ReleaseValue(release.bundle(), release.modelVersion(), Instant.ofEpochMilli(release.releasedAt()));
        return new ProducerRecord<>(
                topic,
                null,
                release.releasedAt(),
                bytes(release.role().key()),
                release.withdraws() ? null : JsonValues.bytes(value));
    }

    /**
     * The release that a record holds. A value that is not as it should be makes one of a bundle that is not there, so
     * that its refusal is on record.
     *
     * @return empty if the key is no role
     */
    static Optional<ModelRelease> release(ConsumerRecord<byte[], byte[]> kafkaRecord) {
        String key = kafkaRecord.key() == null ? "" : text(kafkaRecord.key());
        return Arrays.stream(Role.values())
                .filter(role -> role.key().equals(key))
                .findFirst()
                .map(role -> {
                    if (kafkaRecord.value() == null) {
                        return new ModelRelease(role, "", "", kafkaRecord.timestamp());
                    }
                    try {
                        ReleaseValue value = Json.MAPPER.readValue(kafkaRecord.value(), ReleaseValue.class);
                        return new ModelRelease(
                                role,
                                value.bundle(),
                                value.modelVersion(),
                                value.releasedAt().toEpochMilli());
                    } catch (IOException e) {
                        return new ModelRelease(role, text(kafkaRecord.value()), "", kafkaRecord.timestamp());
                    }
                });
    }

    /** Key: the role; value: JSON. */
    static ProducerRecord<byte[], byte[]> releaseOutcome(String topic, ReleaseOutcome outcome) {
        return new ProducerRecord<>(
                topic,
                null,
                outcome.at(),
                bytes(outcome.release().role().key()),
                JsonValues.bytes(ReleaseOutcomeValue.of(outcome)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record ReleaseValue(
            @JsonProperty(required = true) String bundle,
            @JsonProperty(required = true) String modelVersion,
            @JsonProperty(required = true) Instant releasedAt) {
        private ReleaseValue {
            if (bundle == null || modelVersion == null || releasedAt == null) {
                throw new IllegalArgumentException("a null");
            }
        }
    }
}
