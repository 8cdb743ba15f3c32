package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.TypicalImages;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.EventTimes;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.TaggedImage;
import org.catalogtagger.streaming.events.WatchedModel;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static final TopicLimit SMALL = new TopicLimit(16 << 10, Long.MAX_VALUE, Long.MAX_VALUE, false);

    @Test
    void aTagThatDoesNotFitLosesItsHeadersAndSaysSo() {
        TaggedImage tag = tag("\u0001".repeat(1024), 3, new EventHeader("ce_x", new byte[8000]), source());
        ProducerRecord<byte[], byte[]> whole = Records.tag("tags", TopicLimit.DEFAULT, tag);
        assertThat(whole.headers().toArray()).extracting(Header::key).containsExactly("ce_x", "source-record");

        ProducerRecord<byte[], byte[]> cut = Records.tag("tags", SMALL, tag);
        assertThat(SMALL.takes(cut)).isTrue();
        assertThat(cut.headers().toArray()).extracting(Header::key).containsExactly("source-record", "cut");
        assertThat(cut.value()).isEqualTo(whole.value());
    }

    @Test
    void aTagOfManyLongLabelsKeepsTheBest() throws Exception {
        ProducerRecord<byte[], byte[]> cut = Records.tag("tags", SMALL, tag("1", 200, source()));
        assertThat(SMALL.takes(cut)).isTrue();
        JsonNode json = Json.MAPPER.readTree(cut.value());
        assertThat(json.path("top")).hasSize(1);
        assertThat(new String(cut.headers().lastHeader("cut").value(), UTF_8)).isEqualTo("top=200");
    }

    @Test
    void ofAWindowThatDoesNotFitTheLargestClassesAreLeft() throws Exception {
        AccuracyCounter counter = new AccuracyCounter();
        for (int truth = 0; truth < 300; truth++) {
            for (int n = 0; n <= truth; n++) {
                TagOutcome outcome = new TagOutcome("v1", "", 7, 0.5f, List.of("Ties"), 0.5f, 100, false);
                counter.countTagged(outcome);
                counter.countLabelled(outcome, "class-%03d".formatted(truth), SampledTags.NOT_DECLARED, 0, 1);
            }
        }
        WindowAccuracy window = WindowAccuracy.of(new Window(0, 60_000), 0, "v1", "", counter.counts());
        ProducerRecord<byte[], byte[]> kafkaRecord = Records.accuracy("accuracy", SMALL, window);
        assertThat(SMALL.takes(kafkaRecord)).isTrue();
        JsonNode json = Json.MAPPER.readTree(kafkaRecord.value());
        assertThat(json.path("support").asInt()).as("of all").isEqualTo(300 * 301 / 2);
        assertThat(json.path("classes")).hasSizeGreaterThan(20);
        assertThat(json.path("classes").path(1).path("support").asInt()).isGreaterThan(200);
        assertThat(json.path("leftOut").path("classes").asInt()
                        + json.path("classes").size())
                .as("and Ties, which was given only")
                .isEqualTo(301);
        assertThat(json.path("confusion").size()
                        + json.path("leftOut").path("confusion").asInt())
                .isEqualTo(300);
        assertThat(Json.MAPPER
                        .readTree(Records.accuracy("accuracy", TopicLimit.DEFAULT, window)
                                .value())
                        .has("leftOut"))
                .isFalse();
    }

    @Test
    void ofABaselineThatDoesNotFitTheLargestClassesAreLeft() throws Exception {
        List<ClassAccuracy> classes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            classes.add(new ClassAccuracy("class-%03d".formatted(i), i, i, i));
        }
        ProducerRecord<byte[], byte[]> kafkaRecord = Records.baseline(
                "baselines", SMALL, WatchedModel.of(new ModelBaseline("v1", classes, Map.of(), List.of(), List.of())));
        assertThat(SMALL.takes(kafkaRecord)).isTrue();
        JsonNode json = Json.MAPPER.readTree(kafkaRecord.value());
        assertThat(json.path("classesLeftOut").asInt() + json.path("classes").size())
                .isEqualTo(500);
        assertThat(json.path("classes").path(0).path("support").asInt()).isGreaterThan(300);
    }

    @Test
    void anAlertWhoseImagesDoNotFitGoesWithoutThem() throws Exception {
        TagExample wrong = new TagExample("images/0/7", 7, "Ties", "Shirts", false, "north");
        TagExample unlabelled = new TagExample("images/0/8", 8, "Ties", "", true, "");
        DriftAlert alert = new DriftAlert(
                        Status.OPEN, Kind.ACCURACY, "Shirts", "", "test", 0.9, 0.5, "", 9, 5, 5, 5, 9, "v1")
                .showing(new TypicalImages(List.of(unlabelled), List.of(wrong)));
        JsonNode whole =
                Json.MAPPER.readTree(Records.driftAlert("alerts", SMALL, alert).value());
        assertThat(whole.path("imagesBefore"))
                .isEqualTo(Json.MAPPER.readTree("[{\"sourceRecord\": \"images/0/8\", \"label\": \"Ties\"}]"));
        assertThat(whole.path("imagesAfter"))
                .isEqualTo(
                        Json.MAPPER.readTree(
                                "[{\"sourceRecord\": \"images/0/7\", \"label\": \"Ties\", \"truth\": \"Shirts\", \"segment\": \"north\"}]"));

        TagExample large = new TagExample("images/0/7", 7, "x".repeat(20_000), "", false, "");
        ProducerRecord<byte[], byte[]> cut =
                Records.driftAlert("alerts", SMALL, alert.showing(new TypicalImages(List.of(), List.of(large))));
        assertThat(SMALL.takes(cut)).isTrue();
        assertThat(Json.MAPPER.readTree(cut.value()).has("imagesAfter")).isFalse();
        assertThat(Json.MAPPER.readTree(cut.value()).path("label").asText()).isEqualTo("Shirts");
    }

    @Test
    void whatCannotBeWrittenIsDroppedAndTheJobGoesOn() {
        BoundedSerializer<String> tooLarge = new BoundedSerializer<>(
                "t", SMALL, (topic, limit, text) -> new ProducerRecord<>(topic, new byte[0], new byte[20_000]));
        BoundedSerializer<String> throwing = new BoundedSerializer<>("t", SMALL, (topic, limit, text) -> {
            throw new IllegalStateException(text);
        });
        assertThat(tooLarge.serialize("x", null, 0L)).isNull();
        assertThat(throwing.serialize("x", null, 0L)).isNull();
    }

    private static EventHeader source() {
        return new EventHeader("source-record", "product-images/0/7".getBytes(UTF_8));
    }

    private static TaggedImage tag(String productId, int labels, EventHeader... headers) {
        List<RankedLabel> top = new ArrayList<>();
        for (int i = 0; i < labels; i++) {
            top.add(new RankedLabel("x".repeat(256), 0.5f));
        }
        return new TaggedImage(productId, top, 0.5f, 100, Float.NaN, "v1", 7, 8, 0, List.of(headers));
    }

    @Test
    void anAcceptanceIsReadAsItWasWritten() throws Exception {
        for (String label : List.of("Shirts", "")) {
            DriftAcceptance acceptance =
                    new DriftAcceptance(Kind.EXPECTED_ACCURACY, label, "v1", 1_769_853_600_123L, 1_769_860_800_007L);
            ProducerRecord<byte[], byte[]> written = Records.acceptance("acceptances", "v1/k", acceptance);
            assertThat(new String(written.key(), UTF_8)).isEqualTo("v1/k");
            assertThat(Json.MAPPER.readTree(written.value()).has("label")).isEqualTo(!label.isEmpty());
            InputRecord read = new InputRecord(written.key(), written.value(), List.of(), written.timestamp());
            assertThat(DriftAcceptance.of(read, new EventTimes(0), acceptance.acceptedAt()))
                    .isEqualTo(acceptance);
        }
    }
}
