package org.catalogtagger.streaming.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.AccuracyWindows.Window;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.Expectation;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.accuracy.WilsonInterval;
import org.catalogtagger.streaming.accuracy.WindowAccuracy;
import org.catalogtagger.streaming.drift.DetectionDelay;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.json.AccuracyValue;
import org.catalogtagger.streaming.json.JsonValues;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.watch.LiveView.Wanted;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private final List<Wanted> wanted = new ArrayList<>();
    private final LiveView view = new LiveView(StreamSettings.Kafka.at("localhost:1", Map.of()), wanted::add);

    @Test
    void sumsTheNewestRevisionsOfWindowsThatDoNotOverlap() {
        accuracy(0, 100, 0, 10, 5);
        accuracy(0, 100, 1, 20, 10);
        accuracy(50, 150, 0, 1000, 1000);
        accuracy(100, 200, 0, 20, 20);
        AccuracySummary all = shown(new Filter("v1", "", "", 15));
        assertThat(all.windows()).isEqualTo(2);
        assertThat(all.support()).isEqualTo(40);
        assertThat(all.correct()).isEqualTo(30);
        assertThat(all.expectedAccuracy()).isCloseTo(0.8, within(1e-6));
        assertThat(all.expectedLower()).isEmpty();
        assertThat(all.confusion().rows().get(0)).containsExactly(30, 10);
        assertThat(all.timeline()).as("each window is a point").hasSize(3);

        assertThat(shown(new Filter("v1", "", "", 1)).support()).isEqualTo(20);
        assertThat(shown(new Filter("v2", "", "", 15)).support()).isZero();
    }

    /** A window by confidence alone has none; the mean counts it as if all were possible. */
    @Test
    void theIntervalOfWhatIsExpectedIsTheMeanOfTheWindows() {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countTagged(new TagOutcome("v1", "", 0, 0.9f, List.of("Ties"), 0.8f, 200, false));
        WindowAccuracy first = WindowAccuracy.of(new Window(0, 100), 0, "v1", "", counter.counts());
        accuracy(first.expecting(new Expectation(0.7, 0.6, 0.8)));
        accuracy(WindowAccuracy.of(new Window(100, 200), 0, "v1", "", counter.counts()));
        AccuracySummary all = shown(new Filter("v1", "", "", 15));
        assertThat(all.expectedLower())
                .hasValueSatisfying(lower -> assertThat(lower).isCloseTo(0.3, within(1e-9)));
        assertThat(all.expectedUpper())
                .hasValueSatisfying(upper -> assertThat(upper).isCloseTo(0.9, within(1e-9)));
    }

    /** Two windows, of one tag and of three, each told of by as many labels. */
    @Test
    void sumsTheAccuracyByLabelsOfKnownProbabilityAsIfAllWereOfOneWindow() {
        sampled(0, 0.25, "Ties");
        sampled(100, 0.5, "Ties", "Shirts", "Shirts");
        assertThat(shown(new Filter("v1", "", "", 15)).sampled()).hasValueSatisfying(all -> {
            assertThat(all.support()).isEqualTo(4);
            assertThat(all.accuracy()).isCloseTo((1 * 1 + 3 / 3.0) / 4, within(1e-9));
            WilsonInterval expected = WilsonInterval.ofShare(0.5, 4);
            assertThat(all.lower()).isCloseTo(expected.lower(), within(1e-9));
            assertThat(all.upper()).isCloseTo(expected.upper(), within(1e-9));
        });
    }

    private void sampled(long start, double probability, String... truths) {
        AccuracyCounter counter = new AccuracyCounter();
        for (String truth : truths) {
            TagOutcome tag = new TagOutcome("v1", "", start, 0.9f, List.of("Ties"), 0.8f, 200, false);
            counter.countTagged(tag);
            counter.countLabelled(tag, truth, probability, 0, 1);
        }
        accuracy(WindowAccuracy.of(new Window(start, start + 100), 0, "v1", "", counter.counts()));
    }

    @Test
    void countsWhatCannotBeRead() {
        view.accept(new ConsumerRecord<>("product-tags", 0, 0, new byte[0], "no JSON".getBytes(UTF_8)));
        view.accept(new ConsumerRecord<>("product-images-rejected", 0, 0, new byte[0], new byte[0]));
        view.accept(new ConsumerRecord<>("accuracy-metrics", 0, 0, new byte[0], "{}".getBytes(UTF_8)));
        view.accept(new ConsumerRecord<>("drift-alerts", 0, 0, null, "{}".getBytes(UTF_8)));
        LiveView.Status status = view.sections(new Filter("", "", "", 1)).status();
        assertThat(status.unreadable()).isEqualTo(4);
    }

    /** With room for one more image. */
    static final String ALERT =
            """
            {"status": "open", "kind": "accuracy", "label": "Ties", "referenceValue": 0.9, "currentValue": 0.5, "change": -0.4,
             "reference": "test", "detector": "likelihood-ratio", "evidence": "", "observations": 9, "since": "2026-01-31T00:00:00Z",
             "at": "2026-01-31T00:00:00Z", "modelVersion": "v1",
             "imagesBefore": [{"sourceRecord": "images/0/1", "label": "Ties", "truth": "Ties"}],
             "imagesAfter": [{"sourceRecord": "images/0/2", "label": "Shirts", "truth": "Ties"}, %s]}""";

    private void alert(String image) {
        byte[] value = ALERT.formatted(image).getBytes(UTF_8);
        view.accept(new ConsumerRecord<>("drift-alerts", 0, 0, "accuracy/Ties".getBytes(UTF_8), value));
    }

    private JsonNode shownAlerts() {
        return Json.MAPPER.valueToTree(view.sections(new Filter("", "", "", 1)).alerts());
    }

    @Test
    void thePicturesOfAnAlertAreWantedOnceAndShownWhenTheyAreThere() {
        alert("{\"sourceRecord\": \"images/0/3\", \"label\": \"Shirts\"}");
        assertThat(view.wantedOfAlerts()).contains("images/0/3");
        view.add("images/0/3", Optional.empty());
        assertThat(view.wantedOfAlerts()).contains("images/0/2");
        assertThat(shownAlerts().get(0).get("pictured")).isEmpty();
        view.add("images/0/2", Optional.of(new byte[] {1}));
        assertThat(shownAlerts().get(0).get("pictured")).hasSize(1);
        assertThat(shownAlerts().get(0).get("pictured").get(0).asText()).isEqualTo("images/0/2");
        assertThat(shownAlerts().get(0).get("imagesAfter").get(0).get("truth").asText())
                .isEqualTo("Ties");
        assertThat(view.alertPicture("images/0/2")).isPresent();
        view.add("images/0/1", Optional.of(new byte[] {1}));
        assertThat(view.wantedOfAlerts()).as("once more").contains("images/0/3");
        view.add("images/0/3", Optional.empty());
        assertThat(view.wantedOfAlerts()).as("gone from its topic").isEmpty();
        view.add("images/0/9", Optional.of(new byte[] {1}));
        assertThat(view.alertPicture("images/0/9")).as("of no alert").isEmpty();
    }

    @Test
    void anAlertWithImagesThatAreNoneIsNoAlert() {
        alert("null");
        alert("{\"label\": \"Shirts\"}");
        assertThat(shownAlerts()).isEmpty();
        assertThat(view.sections(new Filter("", "", "", 1)).status().unreadable())
                .isEqualTo(2);
    }

    @Test
    void ofManyAlertsThePicturesOfTheLastAreWanted() {
        for (int i = 10; i < 5_000; i++) {
            alert("{\"sourceRecord\": \"images/0/%d\", \"label\": \"Shirts\"}".formatted(i));
        }
        int fetched = 0;
        String first = "";
        for (Optional<String> next = view.wantedOfAlerts(); next.isPresent(); next = view.wantedOfAlerts()) {
            first = first.isEmpty() ? next.get() : first;
            view.add(next.get(), Optional.of(new byte[] {1}));
            fetched++;
        }
        assertThat(first).isEqualTo("images/0/4999");
        assertThat(fetched).isEqualTo(600);
        alert("{\"sourceRecord\": \"images/0/5000\", \"label\": \"Shirts\"}");
        assertThat(view.alertPicture("images/0/4999"))
                .as("the oldest is forgotten")
                .isPresent();
        assertThat(view.wantedOfAlerts()).contains("images/0/5000");
    }

    @Test
    void ofManyTagsAFewAreShownAndRareClassesAmongThem() {
        for (int i = 0; i < 100_000; i++) {
            tag("p" + i, i % 1000 == 999 ? "Ties" : "Shirts", 1_000_000 + i / 10);
        }
        assertThat(wanted).hasSizeLessThan(150);
        assertThat(wanted).extracting(sample -> sample.tag().label()).contains("Shirts", "Ties");
        Speed.Shown speed = view.sections(new Filter("", "", "", 1)).speed();
        assertThat(speed.tagged()).isEqualTo(100_000);
        assertThat(speed.taggedBySecond()).containsOnly(10_000L);
        assertThat(speed.p50BySecond()).allSatisfy(millis -> assertThat(millis).isBetween(39L, 41L));
    }

    @Test
    void ofThousandsOfClassesTheLargestAreShownAndSummedUpOnceForAllViewers() {
        AccuracyCounter counter = new AccuracyCounter();
        int classes = 2000;
        for (int i = 0; i < classes; i++) {
            String label = "class-%04d".formatted(i);
            TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of(label), 0.8f, 200, false);
            counter.countTagged(tag);
            counter.countLabelled(tag, label, SampledTags.NOT_DECLARED, 0, i < 100 ? 2 : 1);
        }
        accuracy(WindowAccuracy.of(new Window(0, 100), 0, "v1", "", counter.counts()));
        Filter filter = new Filter("v1", "", "", 15);
        AccuracySummary shown = shown(filter);
        assertThat(shown.support()).isEqualTo(classes + 100);
        assertThat(shown.classes()).hasSize(1000).allMatch(ofClass -> ofClass.support() > 0);
        assertThat(shown.classesLeftOut()).isEqualTo(1000);
        assertThat(shown.confusion().labels()).hasSize(60).allMatch(label -> label.compareTo("class-0100") < 0);
        assertThat(shown.confusion().truths()).containsOnly(2L);
        assertThat(shown.confusion().leftOut()).isEqualTo(classes - 60);
        assertThat(shown(filter)).as("nothing has changed").isSameAs(shown);

        accuracy(100, 200, 0, 20, 20);
        assertThat(shown(filter).windows()).isEqualTo(2);
    }

    @Test
    void aWindowThatIsCutTellsOfAClassWhatItsWholeCountsSay() {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < 100; i++) {
            TagOutcome tag = new TagOutcome("v1", "", 0, 0.9f, List.of("class-%02d".formatted(i)), 0.8f, 200, false);
            counter.countTagged(tag);
            counter.countLabelled(tag, "class-00", SampledTags.NOT_DECLARED, 0, 1);
        }
        WindowAccuracy window = WindowAccuracy.of(new Window(0, 100), 0, "v1", "", counter.counts());
        byte[] cut = JsonValues.accuracy(window, JsonValues.accuracy(window).length / 2);
        view.accept(new ConsumerRecord<>("accuracy-metrics", 0, 0, "v1".getBytes(UTF_8), cut));
        AccuracySummary shown = shown(new Filter("v1", "", "", 15));
        assertThat(shown.classes()).hasSizeLessThan(100).first().satisfies(ofClass -> {
            assertThat(ofClass.label()).isEqualTo("class-00");
            assertThat(ofClass.support()).isEqualTo(100);
            assertThat(ofClass.correct()).isEqualTo(1);
            assertThat(ofClass.precision()).as("other truths may be left out").isEmpty();
        });
        assertThat(shown.confusion().truths()).first().isEqualTo(100L);

        accuracy(0, 100, 1, 20, 10);
        assertThat(shown(new Filter("v1", "", "", 15)).classes().get(0).precision())
                .hasValue(1.0);
    }

    /** Records of versions that did not watch have nothing of it. */
    @Test
    void ofEachClassItIsShownHowSoonAFallWouldBe() {
        ModelBaseline test = new ModelBaseline(
                "v1",
                List.of(
                        new ClassAccuracy("Hats", 3, 3, 3),
                        new ClassAccuracy("Shirts", 500, 500, 400),
                        new ClassAccuracy("Ties", 500, 500, 400)),
                Map.of(),
                List.of(),
                List.of());
        baseline(JsonValues.baseline(
                WatchedModel.of(
                        test,
                        Map.of(
                                "Hats", new DetectionDelay(OptionalInt.empty(), 140),
                                "Shirts", new DetectionDelay(OptionalInt.of(47), 0))),
                Integer.MAX_VALUE));
        assertThat(shown(new Filter("v1", "", "", 15)).classes())
                .extracting(
                        AccuracySummary.OneClass::label,
                        AccuracySummary.OneClass::detectionDelay,
                        AccuracySummary.OneClass::labelsNeeded)
                .containsExactly(
                        tuple("Hats", Optional.empty(), Optional.of(140)),
                        tuple("Shirts", Optional.of(47), Optional.of(0)),
                        tuple("Ties", Optional.empty(), Optional.empty()));

        baseline(("{\"modelVersion\": \"v1\", \"support\": 1, \"correct\": 1, \"accuracy\": 1, \"accuracyLower\": 0.2,"
                        + " \"accuracyUpper\": 1, \"classes\": []}")
                .getBytes(UTF_8));
        assertThat(shown(new Filter("v1", "", "", 15)).classes()).isEmpty();
    }

    private void baseline(byte[] value) {
        view.accept(new ConsumerRecord<>("model-baselines", 0, 0, "v1".getBytes(UTF_8), value));
    }

    @Test
    void windowsOfManyClassesAreForgottenSooner() throws Exception {
        AccuracyHistory history = new AccuracyHistory(1000);
        for (int w = 0; w < 30; w++) {
            AccuracyCounter counter = new AccuracyCounter();
            for (int i = 0; i < 50; i++) {
                counter.countTagged(new TagOutcome("v1", "", 0, 0.9f, List.of("class-" + i), 0.8f, 200, false));
            }
            WindowAccuracy window =
                    WindowAccuracy.of(new Window(w * 100L, w * 100L + 100), 0, "v1", "", counter.counts());
            history.add(Json.MAPPER.readValue(JsonValues.accuracy(window), AccuracyValue.class));
        }
        assertThat(history.chosen(new Filter("v1", "", "", 360)).summary("").windows())
                .isEqualTo(1000 / 50);
    }

    private AccuracySummary shown(Filter filter) {
        return view.sections(filter).accuracy();
    }

    private void accuracy(long start, long end, int revision, int tags, int right) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < tags; i++) {
            TagOutcome tag =
                    new TagOutcome("v1", "", start, 0.9f, List.of(i < right ? "Shirts" : "Ties"), 0.8f, 200, false);
            counter.countTagged(tag);
            counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
        }
        accuracy(WindowAccuracy.of(new Window(start, end), revision, "v1", "", counter.counts()));
    }

    private void accuracy(WindowAccuracy window) {
        view.accept(new ConsumerRecord<>("accuracy-metrics", 0, 0, "v1".getBytes(UTF_8), JsonValues.accuracy(window)));
    }

    private void tag(String product, String label, long at) {
        String json = "{\"productId\":\"%s\",\"label\":\"%s\",\"confidence\":0.5,\"modelVersion\":\"v1\","
                + "\"eventTime\":\"%s\",\"taggedAt\":\"%s\"}";
        view.accept(new ConsumerRecord<>(
                "product-tags",
                0,
                0,
                product.getBytes(UTF_8),
                json.formatted(product, label, Instant.ofEpochMilli(at - 40), Instant.ofEpochMilli(at))
                        .getBytes(UTF_8)));
    }
}
