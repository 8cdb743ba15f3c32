package org.catalogtagger.streaming.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.junit.jupiter.api.Test;

/** What a whole monitor makes of labels that come late, chosen, corrected or written at will, and of images that were dark from the first. */
class DriftMonitorLabelsTest {
    private static final List<String> CLASSES = List.of("Shirts", "Ties", "Watches");
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final int TAGS_A_MINUTE = 50;
    private static final DriftSettings AT_ONCE = DriftSettings.of(100_000, Duration.ofHours(1), 2000, 500);
    private static final DriftSettings LATE = DriftSettings.of(100_000, Duration.ofHours(24), 2000, 500);

    private final SplittableRandom random = new SplittableRandom(3);
    private final DriftMonitor monitor = new DriftMonitor("v1");
    private final List<DriftAlert> alerts = new ArrayList<>();

    private DriftSettings settings = AT_ONCE;
    private double accuracy = 0.8;
    private double brightness = 200;
    private long time;

    DriftMonitorLabelsTest() {
        AccuracyCounter tested = new AccuracyCounter();
        for (int i = 0; i < 1000; i++) {
            tested.countTagged(tag("Ties", false));
        }
        monitor.baseline(
                CLASSES.stream()
                        .map(label -> new ClassAccuracy(label, 400, 400, 320))
                        .toList(),
                Map.of(
                        "Shirts", Map.of("Ties", 40L, "Watches", 40L),
                        "Ties", Map.of("Shirts", 40L, "Watches", 40L),
                        "Watches", Map.of("Shirts", 40L, "Ties", 40L)),
                tested.counts().brightness(),
                List.of());
    }

    /** A tag and its truth. */
    private record Known(TagOutcome tag, String truth, long labelled) {
        boolean isRight() {
            return tag.label().equals(truth);
        }
    }

    private TagOutcome tag(String label, boolean audited) {
        float confidence = 0.3f + 0.7f * random.nextFloat();
        float bright = (float) (brightness + 20 * random.nextGaussian());
        return new TagOutcome("v1", "", time, confidence, List.of(label), confidence, bright, audited);
    }

    private Known next(double auditShare) {
        int truth = random.nextInt(3);
        int answer = random.nextDouble() < accuracy ? truth : (truth + 1 + random.nextInt(2)) % 3;
        return new Known(tag(CLASSES.get(answer), random.nextDouble() < auditShare), CLASSES.get(truth), time);
    }

    private List<Known> minute(double auditShare) {
        time += MINUTE;
        List<Known> tags = new ArrayList<>();
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < TAGS_A_MINUTE; i++) {
            Known known = next(auditShare);
            tags.add(known);
            counter.countTagged(known.tag());
        }
        alerts.addAll(monitor.add(counter.counts(), time, settings));
        return tags;
    }

    private void label(Known known) {
        AccuracyCounter counter = new AccuracyCounter();
        counter.countLabelled(known.tag(), known.truth(), SampledTags.NOT_DECLARED, 0, 1);
        alerts.addAll(monitor.add(counter.counts(), known.tag().eventTime(), settings));
    }

    private List<DriftAlert> of(Kind kind) {
        return alerts.stream().filter(alert -> alert.kind() == kind).toList();
    }

    @Test
    void imagesThatAreDarkFromTheFirstAreSo() {
        brightness = 140;
        for (int i = 0; i < 100; i++) {
            List<Known> unused = minute(0);
        }
        assertThat(of(Kind.BRIGHTNESS)).singleElement().satisfies(alert -> {
            assertThat(alert.status()).isEqualTo(Status.OPEN);
            assertThat(alert.reference()).isEqualTo("test");
            assertThat(alert.referenceValue()).isCloseTo(200, within(5.0));
            assertThat(alert.currentValue()).isCloseTo(140, within(5.0));
        });
    }

    /** Wrong tags after an hour, right ones after twelve, as many wrong as ever: 192 alerts in 100,000 if counted as they come. */
    @Test
    void wrongTagsThatAreLabelledFirstAreNoFall() {
        settings = LATE;
        PriorityQueue<Known> waiting = new PriorityQueue<>(Comparator.comparingLong(Known::labelled));
        for (int i = 0; i < 3 * 24 * 60 / 5; i++) {
            for (Known known : minute(0)) {
                long delay = Duration.ofHours(known.isRight() ? 12 : 1).toMillis();
                waiting.add(new Known(known.tag(), known.truth(), time + delay));
            }
            time += 4 * MINUTE;
            while (!waiting.isEmpty() && waiting.peek().labelled() <= time) {
                label(waiting.remove());
            }
        }
        assertThat(of(Kind.ACCURACY)).isEmpty();
        assertThat(of(Kind.CONFUSIONS)).isEmpty();
    }

    @Test
    void labelsOfDoubtfulTagsAreSaidToBeChosenAndNoFall() {
        labelDoubtful(400, 0);
        assertThat(of(Kind.LABEL_SELECTION)).singleElement().satisfies(alert -> assertThat(alert.evidence())
                .endsWith("accuracy is not watched"));
        accuracy = 0.5;
        labelDoubtful(400, 0);
        assertThat(of(Kind.ACCURACY)).as("nobody can know").isEmpty();
    }

    @Test
    void anAuditFindsAFallWhateverElseIsChosen() {
        labelDoubtful(600, 0.1);
        assertThat(of(Kind.ACCURACY)).isEmpty();
        long before = time;
        accuracy = 0.5;
        labelDoubtful(600, 0.1);
        assertThat(of(Kind.ACCURACY)).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.status()).isEqualTo(Status.OPEN);
            assertThat(alert.since()).isCloseTo(before, within(100 * MINUTE));
        });
    }

    /** And all that are audited. */
    private void labelDoubtful(int minutes, double auditShare) {
        for (int i = 0; i < minutes; i++) {
            for (Known known : minute(auditShare)) {
                if (known.tag().audited() || known.tag().confidence() < 0.45) {
                    label(known);
                }
            }
        }
    }

    /** Twenty right answers are taken back at once, among thousands. */
    @Test
    void aBatchOfCorrectionsIsNoFall() {
        List<Known> right = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            for (Known known : minute(0)) {
                label(known);
                if (known.isRight()) {
                    right.add(known);
                }
            }
        }
        AccuracyCounter corrections = new AccuracyCounter();
        for (int i = 0; i < 20; i++) {
            Known known = right.get(random.nextInt(right.size()));
            String other = CLASSES.get((CLASSES.indexOf(known.truth()) + 1) % 3);
            corrections.countLabelled(known.tag(), known.truth(), SampledTags.NOT_DECLARED, 0, -1);
            corrections.countLabelled(known.tag(), other, SampledTags.NOT_DECLARED, 0, 1);
        }
        alerts.addAll(monitor.add(corrections.counts(), time, settings));
        for (int i = 0; i < 20; i++) {
            minute(0).forEach(this::label);
        }
        assertThat(of(Kind.ACCURACY)).isEmpty();
    }

    /** State goes to each checkpoint, as text. */
    @Test
    void labelsThatAreWrittenAtWillDoNotFillTheState() {
        settings = LATE;
        for (int i = 0; i < 300; i++) {
            time += MINUTE;
            AccuracyCounter counter = new AccuracyCounter();
            for (int each = 0; each < 5000; each++) {
                Known known = next(0);
                counter.countTagged(known.tag());
                if (each % 5 == 0) {
                    String truth = "somebody wrote " + random.nextLong();
                    counter.countLabelled(known.tag(), truth, SampledTags.NOT_DECLARED, 0, 1);
                }
            }
            alerts.addAll(monitor.add(counter.counts(), time, settings));
        }
        assertThat(monitor.state().length()).as("of 300,000 labels").isLessThan(8_000_000);
    }
}
