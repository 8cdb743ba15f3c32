package org.catalogtagger.streaming.kafka;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.TypicalImages;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ReleaseOutcome;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.json.ReleaseOutcomeValue;

/** What is written to each topic; {@link RejectionRecord} beside it. */
final class Records {
    private Records() {}

    /**
     * Key: the product id; value: JSON; timestamp: event time; headers: those that are carried through. Where that is too
     * large, only the headers that the job itself adds, and then only the best label.
     */
    static ProducerRecord<byte[], byte[]> tag(String topic, TopicLimit limit, TaggedImage tag) {
        ProducerRecord<byte[], byte[]> whole = tag(topic, limit, tag, tag.headers());
        if (limit.takes(whole)) {
            return whole;
        }
        List<EventHeader> ours = new ArrayList<>(
                tag.headers().stream().filter(EventHeader::isOurs).toList());
        ours.add(EventHeader.cut(List.of(
                "headers=" + TopicLimit.sizeOf(null, null, whole.headers().toArray()))));
        ProducerRecord<byte[], byte[]> plain = tag(topic, limit, tag, ours);
        if (limit.takes(plain)) {
            return plain;
        }
        ours.add(EventHeader.cut(List.of("top=" + tag.top().size())));
        return tag(topic, limit, tag.withBestOnly(), ours);
    }

    private static ProducerRecord<byte[], byte[]> tag(
            String topic, TopicLimit limit, TaggedImage tag, List<EventHeader> headers) {
        ProducerRecord<byte[], byte[]> kafkaRecord = new ProducerRecord<>(
                topic, null, limit.time(tag.eventTime(), tag.taggedAt()), bytes(tag.productId()), JsonValues.tag(tag));
        for (EventHeader header : headers) {
            if (header.carriedThrough()) {
                kafkaRecord.headers().add(header.name(), header.value());
            }
        }
        return kafkaRecord;
    }

    /** Key: the model's version; value: JSON, of the largest classes if not all fit; timestamp: the window's end. */
    static ProducerRecord<byte[], byte[]> accuracy(String topic, TopicLimit limit, WindowAccuracy window) {
        byte[] key = bytes(window.modelVersion());
        long time = limit.time(window.window().end(), System.currentTimeMillis());
        return new ProducerRecord<>(topic, null, time, key, JsonValues.accuracy(window, limit.roomBeside(key)));
    }

    /** Key: the model's version; value: JSON, of the largest classes if not all fit. */
    static ProducerRecord<byte[], byte[]> baseline(String topic, TopicLimit limit, WatchedModel model) {
        byte[] key = bytes(model.baseline().modelVersion());
        return new ProducerRecord<>(topic, key, JsonValues.baseline(model, limit.roomBeside(key)));
    }

    /** Key: what it is about, the same when it opens and when it closes; value: JSON, without images if those do not fit; timestamp: when it was found. */
    static ProducerRecord<byte[], byte[]> driftAlert(String topic, TopicLimit limit, DriftAlert alert) {
        String key = String.join("/", alert.modelVersion(), alert.kind().key(), alert.reference(), alert.label());
        long time = limit.time(alert.at(), System.currentTimeMillis());
        ProducerRecord<byte[], byte[]> whole =
                new ProducerRecord<>(topic, null, time, bytes(key), JsonValues.driftAlert(alert));
        return limit.takes(whole)
                ? whole
                : new ProducerRecord<>(
                        topic, null, time, bytes(key), JsonValues.driftAlert(alert.showing(TypicalImages.NONE)));
    }

    /** Key: that of the alert; value: JSON. */
    static ProducerRecord<byte[], byte[]> acceptance(String topic, String key, DriftAcceptance acceptance) {
        AcceptanceValue value = new AcceptanceValue(
                acceptance.kind().key(),
                acceptance.label().isEmpty() ? Optional.empty() : Optional.of(acceptance.label()),
                acceptance.modelVersion(),
                Instant.ofEpochMilli(acceptance.since()),
                Instant.ofEpochMilli(acceptance.acceptedAt()));
        return new ProducerRecord<>(topic, null, acceptance.acceptedAt(), bytes(key), JsonValues.bytes(value));
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

    /** Key: the role; value: JSON. */
    static ProducerRecord<byte[], byte[]> releaseOutcome(String topic, TopicLimit limit, ReleaseOutcome outcome) {
        return new ProducerRecord<>(
                topic,
                null,
                limit.time(outcome.at(), System.currentTimeMillis()),
                bytes(outcome.release().role().key()),
                JsonValues.bytes(ReleaseOutcomeValue.of(outcome)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record AcceptanceValue(
            String kind,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> label,
            String modelVersion,
            Instant since,
            Instant acceptedAt) {}

    private record ReleaseValue(String bundle, String modelVersion, Instant releasedAt) {}
}
