package org.catalogtagger.streaming.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.TagHeaders;
import org.catalogtagger.streaming.events.TaggedImage;
import org.junit.jupiter.api.Test;

class JsonValuesTest {
    @Test
    void aTagHasItsFieldsAndTheTruthOnlyWhereItIsAsked() throws Exception {
        TaggedImage tag = new TaggedImage(
                "1\"5",
                List.of(new RankedLabel("Flip Flops", 0.75f), new RankedLabel("Sandals", 1e-9f)),
                0.5f,
                200,
                0.25f,
                "compact-1",
                1_700_000_000_000L,
                1_700_000_000_025L,
                0,
                List.of(new EventHeader("label", "Sandals".getBytes(StandardCharsets.UTF_8))));
        assertThat(Json.MAPPER.readTree(JsonValues.tag(tag)))
                .isEqualTo(
                        Json.MAPPER.readTree(
                                """
                                {"productId": "1\\"5", "label": "Flip Flops", "confidence": 0.75, "expectedAccuracy": 0.5,
                                 "familiarity": 0.25,
                                 "top": [{"label": "Flip Flops", "probability": 0.75},
                                         {"label": "Sandals", "probability": 1.0E-9}],
                                 "modelVersion": "compact-1",
                                 "eventTime": "2023-11-14T22:13:20Z", "taggedAt": "2023-11-14T22:13:20.025Z"}
                                """));
        JsonNode withTruth = Json.MAPPER.readTree(JsonValues.tagWithTruth(tag));
        assertThat(withTruth.path("truth").asText()).isEqualTo("Sandals");
    }

    @Test
    void aTagThatIsDrawnForAnAuditSaysSo() throws Exception {
        TaggedImage tag = new TaggedImage(
                "1",
                List.of(new RankedLabel("Ties", 0.75f)),
                0.5f,
                200,
                Float.NaN,
                "v1",
                0,
                0,
                0.01,
                TagHeaders.of(List.of(), 0.01));
        JsonNode json = Json.MAPPER.readTree(JsonValues.tag(tag));
        assertThat(json.path("audit").asBoolean()).isTrue();
        assertThat(json.path("auditProbability").asDouble()).isEqualTo(0.01);
    }

    @Test
    void aWindowTellsTheAccuracyOfAllByLabelsOfKnownProbability() throws Exception {
        AccuracyCounter counter = new AccuracyCounter();
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, false);
        counter.countTagged(tag);
        counter.countTagged(new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, true));
        counter.countLabelled(tag, "Ties", 0.25, 0, 1);
        counter.countLabelled(tag, "Shirts", 1, 0, 1);
        WindowAccuracy window = WindowAccuracy.of(new Window(0, 1000), 0, "v1", "", counter.counts());
        JsonNode sampled = Json.MAPPER.readTree(JsonValues.accuracy(window)).path("sampled");
        assertThat(sampled.path("accuracy").asDouble()).isCloseTo(0.8, within(1e-9));
        assertThat(sampled.path("support").asInt()).isEqualTo(2);
        assertThat(sampled.path("declaredFor").asDouble()).isEqualTo(5);
        assertThat(sampled.path("effectiveSupport").asDouble()).isCloseTo(25.0 / 17, within(1e-9));
        assertThat(sampled.path("audited").asInt()).isEqualTo(1);
        assertThat(sampled.path("auditedLabelled").asInt()).isZero();
        assertThat(sampled.path("classes").path(1).path("label").asText()).isEqualTo("Ties");
        assertThat(sampled.path("classes").path(1).path("accuracy").asDouble()).isEqualTo(1);
    }

    /** A page of this version shows what earlier and later jobs have written. */
    @Test
    void windowsOfEarlierAndLaterVersionsAreRead() throws Exception {
        AccuracyCounter counter = new AccuracyCounter();
        TagOutcome tag = new TagOutcome("v1", "", 0, 0.5f, List.of("Ties"), 0.5f, 100, false);
        counter.countTagged(tag);
        counter.countLabelled(tag, "Ties", SampledTags.NOT_DECLARED, 0, 1);
        WindowAccuracy window = WindowAccuracy.of(new Window(0, 1000), 0, "v1", "", counter.counts());
        ObjectNode json = (ObjectNode)
                Json.MAPPER.readTree(JsonValues.accuracy(window.expecting(new Expectation(0.5, 0.25, 0.75))));
        assertThat(JsonValues.read(JsonValues.bytes(json), AccuracyValue.class).expectedAccuracyUpper())
                .contains(0.75);
        json.remove(List.of("expectedAccuracyLower", "expectedAccuracyUpper"));
        json.put("ofALaterVersion", 1);
        ((ObjectNode) json.path("classes").path(0)).put("ofALaterVersion", 1);
        AccuracyValue read = JsonValues.read(JsonValues.bytes(json), AccuracyValue.class);
        assertThat(read.expectedAccuracy()).isEqualTo(0.5);
        assertThat(read.expectedAccuracyLower()).isEmpty();
        // What is not known is not written.
        assertThat(Json.MAPPER.readTree(JsonValues.accuracy(window)).has("expectedAccuracyLower"))
                .isFalse();
    }

    @Test
    void aNumberThatIsNoneIsNullAndHalfASurrogateIsReplaced() throws Exception {
        TaggedImage tag = new TaggedImage(
                "1",
                List.of(new RankedLabel("x\ud800", Float.NaN)),
                Float.NaN,
                200,
                Float.NaN,
                "v\udc00",
                0,
                0,
                0,
                List.of());
        JsonNode json = Json.MAPPER.readTree(JsonValues.tag(tag));
        assertThat(json.path("confidence").isNull()).isTrue();
        assertThat(json.path("top").path(0).path("probability").isNull()).isTrue();
        assertThat(json.path("label").asText()).isEqualTo("x\ufffd");

        byte[] bytes = JsonValues.bytes(Map.of("k\ud800", List.of("\udfff\u0000", 1 / 0d, Double.NaN, 0.5)));
        assertThat(new String(bytes, StandardCharsets.UTF_8))
                .isEqualTo("{\"k\ufffd\":[\"\ufffd\\u0000\",null,null,0.5]}");
    }

    /** 5,000 classes, or texts of whoever writes labels freely, labelled or not. */
    @Property(tries = 40)
    void aWindowHoldsTheLargestOfWhateverThereIsAndSaysHowManyItLeavesOut(
            @ForAll @IntRange(min = 1, max = 5000) int labels,
            @ForAll @IntRange(min = 1, max = 200) int length,
            @ForAll boolean labelled,
            @ForAll @IntRange(min = 3000, max = 200_000) int maxBytes)
            throws Exception {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < labels; i++) {
            String label = "%04d".formatted(i) + "x".repeat(length);
            TagOutcome tag = new TagOutcome("v1", "", 0, 0.5f, List.of(label), 0.5f, 100, false);
            counter.countTagged(tag);
            if (labelled) {
                counter.countLabelled(tag, label, SampledTags.NOT_DECLARED, 0, 1);
                counter.countLabelled(tag, "largest", SampledTags.NOT_DECLARED, 0, 1);
            }
        }
        WindowAccuracy window = WindowAccuracy.of(new Window(0, 60_000), 0, "v1", "", counter.counts());
        byte[] bytes = JsonValues.accuracy(window, maxBytes);
        assertThat(bytes.length).isLessThanOrEqualTo(maxBytes);
        JsonNode json = Json.MAPPER.readTree(bytes);
        assertThat(json.path("tagged").asInt()).isEqualTo(labels);
        assertThat(json.path("taggedByLabel").size()
                        + json.path("leftOut").path("taggedByLabel").asInt())
                .isEqualTo(labels);
        assertThat(json.path("classes").size()
                        + json.path("leftOut").path("classes").asInt())
                .isEqualTo(labelled ? labels + 1 : 0);
        if (labelled && json.path("classes").size() > 0) {
            assertThat(json.path("classes").findValuesAsText("label")).contains("largest");
        }
        assertThat(window.approximateBytes())
                .as("of %d bytes", JsonValues.accuracy(window).length)
                .isBetween(JsonValues.accuracy(window).length / 3, JsonValues.accuracy(window).length * 3);
    }

    @Property
    void timesAreWrittenAsInstantsAre(
            @ForAll @LongRange(min = -10_000_000_000_000L, max = 100_000_000_000_000L) long millis) {
        assertThat(IsoInstant.ofEpochMilli(millis))
                .isEqualTo(Instant.ofEpochMilli(millis).toString());
        long next = millis - millis % 1000 + 7;
        assertThat(IsoInstant.ofEpochMilli(next))
                .isEqualTo(Instant.ofEpochMilli(next).toString());
    }

    /** Others may write to the topic too; {@code tagger drift} and the page pass over what is no alert. */
    @Test
    void anAlertWithImagesThatAreNoneIsNotRead() {
        for (String image : List.of("null", "{\"label\": \"Ties\"}", "{\"sourceRecord\": \"images/0/1\"}")) {
            byte[] alert = "{\"status\": \"open\", \"imagesAfter\": [%s]}"
                    .formatted(image)
                    .getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> JsonValues.read(alert, DriftAlertValue.class))
                    .as(image)
                    .isInstanceOf(JsonProcessingException.class);
        }
    }
}
