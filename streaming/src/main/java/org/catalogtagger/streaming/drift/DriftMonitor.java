package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;

/** All that is watched of one model: the accuracy of each class and of all tags, and what can be seen without labels. */
public final class DriftMonitor {
    /** Fields only; those that a later version adds are left out by an earlier one, and begin as they do here. */
    private static final ObjectMapper STATE = JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final int MOST_UNSORTED = 1000;

    private final String modelVersion;
    private final LabelCohorts cohorts = new LabelCohorts();

    /** Of tags that were drawn for an audit: who labels those takes another time than others. */
    private final LabelCohorts auditCohorts = new LabelCohorts();

    private final LabelSelection selection = new LabelSelection();
    private final AccuracyMonitors accuracy = new AccuracyMonitors();
    private final CalibrationMonitor calibration = new CalibrationMonitor();
    private final ConfusionMonitors confusions = new ConfusionMonitors();
    private final UnknownLabels unknownLabels = new UnknownLabels();
    private final MixMonitor predictions = new MixMonitor(Kind.PREDICTIONS);
    private final MixMonitor confidence = new MixMonitor(Kind.CONFIDENCE);
    private final MixMonitor brightness = new MixMonitor(Kind.BRIGHTNESS);
    private final MixMonitor familiarity = new MixMonitor(Kind.FAMILIARITY);
    private final ExpectedMonitor expected = new ExpectedMonitor();
    private final ImageShelves images = new ImageShelves();
    private final SegmentShares segments = new SegmentShares();

    /** Of the alerts that are open. */
    private final Map<String, TypicalImages> shown = new HashMap<>();

    /** Open alerts of a former version, which are to be closed. */
    private final List<DriftAlert> superseded = new ArrayList<>();

    private boolean hasBaseline;

    /** True labels, with their tags, of which it is not known yet whether the model knows them. */
    private final Map<String, Long> unsortedLabels = new TreeMap<>();

    private long newestEventTime = Long.MIN_VALUE;

    /** A monitor that has seen nothing of a model. */
    @JsonCreator
    public DriftMonitor(@JsonProperty("modelVersion") String modelVersion) {
        this.modelVersion = modelVersion;
    }

    /**
     * A monitor as it was.
     *
     * @param state that {@link #state()} has given
     */
    public static DriftMonitor of(String state) {
        try {
            JsonNode tree = STATE.readTree(state);
            DriftMonitor monitor = STATE.treeToValue(tree, DriftMonitor.class);
            monitor.superseded.addAll(FormerState.openAlerts(tree, STATE));
            return monitor;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("the drift monitor's state cannot be read", e);
        }
    }

    /** All that it knows, as JSON. */
    public String state() {
        try {
            return STATE.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String modelVersion() {
        return modelVersion;
    }

    /**
     * Takes the model's test results; those that come again are the same.
     *
     * @param wrong images of the test that were tagged wrong, by truth and then by the label given
     * @param bright images of the test by their mean gray level, as counts have them; empty if not known
     * @param sure images of the test by confidence, likewise
     * @return alerts of labels that came before
     */
    public List<DriftAlert> baseline(
            List<ClassAccuracy> test, Map<String, Map<String, Long>> wrong, List<Long> bright, List<Bin> sure) {
        accuracy.baseline(test);
        calibration.baseline(sure);
        confusions.baseline(test.stream().map(ClassAccuracy::label).toList(), wrong);
        brightness.baseline(BinCounts.byBin(bright), BinCounts.graySum(bright));
        long ofEachBin = test.stream().mapToLong(ClassAccuracy::support).sum() / AccuracyCounts.FAMILIARITY_BINS;
        familiarity.baseline(
                BinCounts.byBin(Collections.nCopies(AccuracyCounts.FAMILIARITY_BINS, ofEachBin)), (double) ofEachBin);
        expected.baseline(test, wrong);
        hasBaseline = true;
        test.forEach(ofClass -> unknownLabels.know(ofClass.label()));
        List<DriftAlert> alerts = unknownLabels.add(unsortedLabels, newestEventTime, modelVersion);
        unsortedLabels.clear();
        return alerts.stream()
                .map(alert -> showing(alert).foundAt(newestEventTime))
                .toList();
    }

    /**
     * Takes counts of tags and of labels.
     *
     * @param eventTime of the tags, about, milliseconds since 1970; they may come in any order
     * @return alerts that they open or close
     */
    public List<DriftAlert> add(AccuracyCounts counts, long eventTime, DriftSettings settings) {
        newestEventTime = Math.max(newestEventTime, eventTime);
        List<DriftAlert> alerts = new ArrayList<>();
        for (DriftAlert alert : superseded) {
            String why = "from now on accuracy is watched otherwise";
            alerts.add(alert.closed(alert.currentValue(), why, alert.observations(), eventTime));
        }
        superseded.clear();
        alerts.addAll(found(counts, eventTime, settings));
        return alerts.stream()
                .map(alert -> showing(alert).foundAt(newestEventTime))
                .toList();
    }

    /** Takes some of the tags that are counted next, to be looked at. */
    public void see(List<TagExample> examples) {
        images.add(examples);
    }

    /**
     * Takes counts of tags and labels of a segment, which are counted among all too.
     *
     * @param eventTime of the tags, as for all
     */
    public void see(String segment, AccuracyCounts counts, long eventTime) {
        segments.add(segment, counts, eventTime);
    }

    private DriftAlert showing(DriftAlert alert) {
        String of = alert.kind().key() + ' ' + alert.label();
        if (alert.status() == Status.CLOSED) {
            TypicalImages before = shown.remove(of);
            return before == null ? alert : alert.showing(before);
        }
        TypicalImages some = images.of(alert);
        shown.put(of, some);
        // Of what has a label, segments have no counts.
        String carrying = alert.label().isEmpty() ? segments.carrying(alert) : images.mostlyOf(alert);
        return alert.explained(carrying).showing(some);
    }

    private List<DriftAlert> found(AccuracyCounts counts, long eventTime, DriftSettings settings) {
        List<DriftAlert> alerts = new ArrayList<>();
        List<Ready> through = new ArrayList<>();
        long within = settings.labelsWithinMillis();
        for (Ready ready : auditCohorts.add(LabelledTags.audited(counts), eventTime, newestEventTime, within)) {
            selection.audited(ready);
            through.add(ready);
        }
        for (Ready ready : cohorts.add(LabelledTags.notAudited(counts), eventTime, newestEventTime, within)) {
            selection.add(ready, through, eventTime, modelVersion).ifPresent(alerts::add);
        }
        for (Ready ready : through) {
            for (DriftAlert alert : accuracy.add(ready, modelVersion, settings)) {
                alerts.add(
                        alert.status() == Status.OPEN ? alert.explained(confusions.mostGiven(alert.label())) : alert);
            }
            alerts.addAll(confusions.add(ready, modelVersion, settings));
            calibration
                    .add(ready, modelVersion, settings, accuracy::mayHaveFallenSince)
                    .ifPresent(alerts::add);
        }
        Map<String, Long> truths = new HashMap<>();
        counts.confusion().forEach((truth, row) -> truths.put(truth, sum(row.labels())));
        if (hasBaseline) {
            alerts.addAll(unknownLabels.add(truths, eventTime, modelVersion));
        } else {
            truths.forEach((truth, tags) -> {
                if (unsortedLabels.containsKey(truth) || unsortedLabels.size() < MOST_UNSORTED) {
                    unsortedLabels.merge(truth, tags, Long::sum);
                }
            });
        }
        if (!counts.tagged().isEmpty()) {
            predictions
                    .add(counts.tagged(), 0, eventTime, modelVersion, settings)
                    .ifPresent(alerts::add);
            confidence
                    .add(
                            BinCounts.byBin(counts.confidences()),
                            counts.expectedCorrect(),
                            eventTime,
                            modelVersion,
                            settings)
                    .ifPresent(alerts::add);
            brightness
                    .add(
                            BinCounts.byBin(counts.brightness()),
                            BinCounts.graySum(counts.brightness()),
                            eventTime,
                            modelVersion,
                            settings)
                    .ifPresent(alerts::add);
        }
        if (!counts.familiarities().isEmpty()) {
            familiarity
                    .add(
                            BinCounts.byBin(counts.familiarities()),
                            counts.familiarities().get(0),
                            eventTime,
                            modelVersion,
                            settings)
                    .ifPresent(alerts::add);
        }
        if (!counts.tagged().isEmpty()) {
            expected.add(counts, eventTime, modelVersion, settings).ifPresent(alerts::add);
        }
        return alerts;
    }

    /** By class, how soon a fall of its accuracy would be found; of none whose accuracy has fallen, or before the model's test is known. */
    public Map<String, DetectionDelay> detectionDelays(DriftSettings settings) {
        return accuracy.detectionDelays(settings);
    }

    /** Alerts that are open. */
    public List<DriftAlert> open() {
        List<DriftAlert> open = new ArrayList<>(superseded);
        open.addAll(accuracy.open());
        calibration.open().ifPresent(open::add);
        open.addAll(confusions.open());
        selection.open().ifPresent(open::add);
        open.addAll(unknownLabels.open());
        Stream.of(predictions, confidence, brightness, familiarity)
                .flatMap(monitor -> monitor.open().stream())
                .forEach(open::add);
        expected.open().ifPresent(open::add);
        return open;
    }

    /**
     * Accepts a change that is to stay: what it has led to is usual from now on, and what later tags are compared with. What that is, of each kind, has
     * src/site/drift.md.
     *
     * @param label of the alert; empty if it has none
     * @param since of the alert, milliseconds since 1970
     * @return the alerts that it closes; none if no such alert is open
     */
    public List<DriftAlert> accept(Kind kind, String label, long since, DriftSettings settings) {
        boolean isOpen = open().stream()
                .filter(alert -> !superseded.contains(alert))
                .anyMatch(alert -> alert.kind() == kind && alert.label().equals(label) && alert.since() == since);
        if (!isOpen) {
            return List.of();
        }
        Stream<DriftAlert> closed =
                switch (kind) {
                    case ACCURACY -> accuracy.accept(label, newestEventTime, settings).stream();
                    case CALIBRATION -> calibration.accept(newestEventTime).stream();
                    case CONFUSIONS -> confusions.accept(label, newestEventTime).stream();
                    case PREDICTIONS -> predictions.accept(newestEventTime).stream();
                    case CONFIDENCE -> confidence.accept(newestEventTime).stream();
                    case BRIGHTNESS -> brightness.accept(newestEventTime).stream();
                    case FAMILIARITY -> familiarity.accept(newestEventTime).stream();
                    case EXPECTED_ACCURACY -> expected.accept(newestEventTime).stream();
                    case UNKNOWN_LABEL -> unknownLabels.accept(label, newestEventTime).stream();
                    case LABEL_SELECTION -> selection.accept(newestEventTime).stream();
                };
        return closed.map(this::showing).toList();
    }

    /** What closes the open alerts when another model has taken this one's place, so that none of its tags will. */
    public List<DriftAlert> replaced() {
        return open().stream()
                .map(alert -> showing(alert.closed(
                        alert.currentValue(), "another model tags now", alert.observations(), newestEventTime)))
                .toList();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
