package org.catalogtagger.streaming.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.apache.flink.types.Either;
import org.catalogtagger.streaming.accuracy.AccuracyCounter;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.accuracy.TagOutcome;
import org.catalogtagger.streaming.drift.DriftAlert;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.DriftSettings;
import org.catalogtagger.streaming.events.DriftAcceptance;
import org.catalogtagger.streaming.events.ModelBaseline;
import org.catalogtagger.streaming.events.WatchedModel;
import org.catalogtagger.streaming.events.WatchedModel.WatchedClass;
import org.junit.jupiter.api.Test;

class DetectDriftTest {
    private static final DriftSettings SETTINGS = DriftSettings.of(100_000, Duration.ofHours(1), 5000, 1000);

    @Test
    void aRestartForgetsNeitherEvidenceNorOpenAlerts() throws Exception {
        OperatorSubtaskState halfTheEvidence;
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.tags("v1", 30, false);
            assertThat(harness.alerts()).isEmpty();
            halfTheEvidence = harness.operator.snapshot(1, 1);
        }
        OperatorSubtaskState openAlert;
        try (Harness harness = new Harness(halfTheEvidence)) {
            harness.tags("v1", 40, false);
            assertThat(harness.alerts()).isNotEmpty().allMatch(alert -> alert.status() == Status.OPEN);
            openAlert = harness.operator.snapshot(2, 2);
        }
        try (Harness harness = new Harness(openAlert)) {
            harness.tags("v1", 600, true);
            assertThat(harness.alerts()).isNotEmpty().allMatch(alert -> alert.status() == Status.CLOSED);
        }
    }

    @Test
    void whatIsAcceptedIsClosedOnceAndStaysSoOverRestarts() throws Exception {
        OperatorSubtaskState open;
        List<DriftAlert> opened;
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.tags("v1", 300, false);
            opened = harness.alerts();
            assertThat(opened).isNotEmpty().allMatch(alert -> alert.status() == Status.OPEN);
            open = harness.operator.snapshot(1, 1);
        }
        OperatorSubtaskState accepted;
        try (Harness harness = new Harness(open)) {
            for (DriftAlert alert : opened) {
                harness.accept(alert, alert.since());
                harness.accept(alert, alert.since());
            }
            assertThat(harness.alerts())
                    .hasSameSizeAs(opened)
                    .allMatch(alert ->
                            alert.status() == Status.CLOSED && alert.evidence().equals(DriftAlert.ACCEPTED));
            harness.tags("v1", 600, false);
            assertThat(harness.alerts()).as("as it was accepted").hasSameSizeAs(opened);
            accepted = harness.operator.snapshot(2, 2);
        }
        try (Harness harness = new Harness(accepted)) {
            harness.baseline("v1");
            harness.tags("v1", 600, false);
            assertThat(harness.alerts()).isEmpty();
        }
    }

    /** A job that starts from scratch reads them again. */
    @Test
    void acceptancesOfAlertsThatAreNotOpenAreOfNoEffect() throws Exception {
        try (Harness harness = new Harness()) {
            DriftAlert former =
                    new DriftAlert(Status.OPEN, Kind.ACCURACY, "Shirts", "", "test", 0.8, 0.1, "", 9, 5, 5, 5, 9, "v1");
            harness.accept(former, 5);
            harness.baseline("v1");
            harness.tags("v1", 300, false);
            List<DriftAlert> opened = harness.alerts();
            assertThat(opened).isNotEmpty().allMatch(alert -> alert.status() == Status.OPEN);
            harness.accept(former, 5);
            for (DriftAlert alert : opened) {
                harness.accept(alert, alert.since() - 1);
            }
            assertThat(harness.alerts()).hasSameSizeAs(opened);
        }
    }

    @Test
    void aReleaseBeginsAnew() throws Exception {
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.tags("v1", 30, false);
            harness.baseline("v2");
            harness.tags("v2", 30, false);
            assertThat(harness.alerts()).as("of each model, too little").isEmpty();
            harness.tags("v2", 40, false);
            assertThat(harness.alerts()).isNotEmpty().allMatch(alert -> alert.modelVersion()
                    .equals("v2"));
        }
    }

    @Test
    void alertsOfAModelThatNoLongerTagsAreClosed() throws Exception {
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.tags("v1", 70, false);
            assertThat(harness.alerts()).isNotEmpty().allMatch(alert -> alert.status() == Status.OPEN);
            int opened = harness.alerts().size();

            harness.tags("v2", 600, true);
            harness.operator.setProcessingTime(61_000);
            harness.tags("v2", 399, true);
            assertThat(harness.alerts()).as("too few tags of another").hasSize(opened);

            harness.tags("v2", 1, true);
            assertThat(harness.alerts().subList(opened, harness.alerts().size()))
                    .hasSize(opened)
                    .allMatch(alert -> alert.status() == Status.CLOSED
                            && alert.modelVersion().equals("v1")
                            && alert.evidence().equals("another model tags now"));

            harness.late("v1", 100);
            assertThat(harness.alerts()).as("late labels").hasSize(2 * opened);
        }
    }

    @Test
    void anAlertSaysWhichSegmentCarriesIt() throws Exception {
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            for (int i = 0; i < 1200; i++) {
                harness.tags("v1", 1, i < 600 || i % 2 == 0);
                harness.segment("v1", i % 2 == 0 ? "south" : "north", i < 600 || i % 2 == 0);
            }
            harness.segment("v2", "north", false);
            assertThat(harness.alerts())
                    .filteredOn(alert ->
                            alert.kind() == Kind.ACCURACY && alert.label().isEmpty())
                    .singleElement()
                    .satisfies(alert ->
                            assertThat(alert.evidence()).contains("; by segment: north 0.0 %, 100.0 % before"));
        }
    }

    @Test
    void tellsHowSoonAFallWouldBeFoundAgainWhenThereAreMoreLabels() throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.baseline("v1");
            assertThat(harness.watched())
                    .as("each subtask tells of it, once is enough")
                    .hasSize(1);
            WatchedModel first = harness.watched().get(0);
            assertThat(first.baseline().modelVersion()).isEqualTo("v1");
            assertThat(first.classes()).extracting(WatchedClass::label).containsExactly("Shirts");
            assertThat(first.classes().get(0).labelsNeeded()).isZero();
            harness.tags("v1", 199, true);
            assertThat(harness.watched()).hasSize(1);
            harness.tags("v1", 1, true);
            assertThat(harness.watched()).hasSize(2);
            harness.tags("v2", 500, true);
            assertThat(harness.watched()).as("whose test is not known").hasSize(2);
            harness.tags("v1", 100, false);
            assertThat(harness.watched().get(harness.watched().size() - 1).classes())
                    .as("of what has fallen there is nothing to be said")
                    .isEmpty();
            state = harness.operator.snapshot(1, 1);
        }
        try (Harness harness = new Harness(state)) {
            harness.tags("v1", 300, true);
            assertThat(harness.watched())
                    .as("until the model tells of its test")
                    .isEmpty();
            harness.baseline("v1");
            assertThat(harness.watched()).hasSize(1);
        }
    }

    /** A monitor that begins anew knows nothing of what the one before did. */
    @Test
    void aModelThatComesBackIsToldOfAnew() throws Exception {
        try (Harness harness = new Harness()) {
            harness.baseline("v1");
            harness.tags("v1", 1000, true);
            harness.baseline("v2");
            harness.operator.setProcessingTime(120_000);
            harness.tags("v2", 2000, true);
            harness.operator.setProcessingTime(240_000);
            harness.tags("v2", 1, true);
            int before = harness.watched().size();
            harness.baseline("v1");
            assertThat(harness.watched()).hasSize(before + 1);
            int delay = Objects.requireNonNull(
                    harness.watched().get(before).classes().get(0).detectionDelay());
            assertThat(delay)
                    .isEqualTo(harness.watched().get(0).classes().get(0).detectionDelay());
        }
    }

    private static final class Harness implements AutoCloseable {
        final TwoInputStreamOperatorTestHarness<PaneCounts, Either<ModelBaseline, DriftAcceptance>, DriftAlert>
                operator;
        private long time;

        Harness() throws Exception {
            operator = new TwoInputStreamOperatorTestHarness<>(new CoProcessOperator<>(new DetectDrift(SETTINGS)));
            operator.open();
        }

        Harness(OperatorSubtaskState state) throws Exception {
            operator = new TwoInputStreamOperatorTestHarness<>(new CoProcessOperator<>(new DetectDrift(SETTINGS)));
            operator.initializeState(state);
            operator.open();
        }

        void baseline(String modelVersion) throws Exception {
            ModelBaseline baseline = new ModelBaseline(
                    modelVersion,
                    List.of(new ClassAccuracy("Shirts", 1000, 1000, 800)),
                    Map.of(),
                    List.of(),
                    List.of());
            operator.processElement2(new StreamRecord<>(Either.Left(baseline)));
        }

        void accept(DriftAlert alert, long since) throws Exception {
            operator.processElement2(new StreamRecord<>(
                    Either.Right(new DriftAcceptance(alert.kind(), alert.label(), alert.modelVersion(), since, time))));
        }

        void tags(String modelVersion, int count, boolean right) throws Exception {
            for (int i = 0; i < count; i++) {
                TagOutcome tag = new TagOutcome(
                        modelVersion, "", time, 0.9f, List.of(right ? "Shirts" : "Ties"), 0.9f, 200, false);
                AccuracyCounter counter = new AccuracyCounter();
                counter.countTagged(tag);
                counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
                operator.processElement1(new StreamRecord<>(
                        new PaneCounts(Series.ofAll(modelVersion), time, 1, counter.counts(), List.of())));
                time += 1000;
            }
        }

        /** What was counted last among all, by segment. */
        void segment(String modelVersion, String segment, boolean right) throws Exception {
            TagOutcome tag = new TagOutcome(
                    modelVersion, segment, time - 1000, 0.9f, List.of(right ? "Shirts" : "Ties"), 0.9f, 200, false);
            AccuracyCounter counter = new AccuracyCounter();
            counter.countTagged(tag);
            counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, 1);
            operator.processElement1(new StreamRecord<>(
                    new PaneCounts(new Series(modelVersion, segment), time - 1000, 1, counter.counts(), List.of())));
        }

        void late(String modelVersion, int labels) throws Exception {
            TagOutcome tag = new TagOutcome(modelVersion, "", 0, 0.9f, List.of("Ties"), 0.9f, 200, false);
            AccuracyCounter counter = new AccuracyCounter();
            counter.countLabelled(tag, "Shirts", SampledTags.NOT_DECLARED, 0, labels);
            operator.processElement1(
                    new StreamRecord<>(new PaneCounts(Series.ofAll(modelVersion), 0, 1, counter.counts(), List.of())));
        }

        List<WatchedModel> watched() {
            Collection<StreamRecord<WatchedModel>> told = operator.getSideOutput(DetectDrift.WATCHED);
            return told == null
                    ? List.of()
                    : told.stream().map(StreamRecord::getValue).toList();
        }

        List<DriftAlert> alerts() {
            return operator.extractOutputValues();
        }

        @Override
        public void close() throws Exception {
            operator.close();
        }
    }
}
