package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.jspecify.annotations.Nullable;

/** All that is watched of one model: the accuracy of each class and of all tags, and what can be seen without labels. */
public final class DriftMonitor {
    /** Fields only; those that a later version adds are left out by an earlier one, and begin as they do here. */
    private static final ObjectMapper STATE = JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Labels come from outside: whoever sends a new one each time must not fill the state. */
    private static final int MAX_CLASSES = 2000;

    private final String modelVersion;
    private final Map<String, AccuracyMonitor> classes = new TreeMap<>();
    private @Nullable AccuracyMonitor overall;
    private final UnknownLabels unknownLabels = new UnknownLabels();
    private final MixMonitor predictions = new MixMonitor(Kind.PREDICTIONS);
    private final MixMonitor confidence = new MixMonitor(Kind.CONFIDENCE);
    private final MixMonitor brightness = new MixMonitor(Kind.BRIGHTNESS);
    private boolean hasBaseline;
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
            return STATE.readValue(state, DriftMonitor.class);
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

    /** Takes the model's test results; those that come again are the same. */
    public void baseline(List<ClassAccuracy> test, DriftSettings settings) {
        if (hasBaseline) {
            return;
        }
        hasBaseline = true;
        for (ClassAccuracy ofClass : test) {
            monitorOf(ofClass.label(), settings).baseline(ofClass.support(), ofClass.correct());
            overall(settings).baseline(ofClass.support(), ofClass.correct());
            unknownLabels.know(ofClass.label());
        }
    }

    /**
     * Takes counts of tags and of labels.
     *
     * @param eventTime of the tags, about, milliseconds since 1970; they may come in any order
     * @return alerts that they open or close
     */
    public List<DriftAlert> add(AccuracyCounts counts, long eventTime, DriftSettings settings) {
        newestEventTime = Math.max(newestEventTime, eventTime);
        return found(counts, eventTime, settings).stream()
                .map(alert -> alert.foundAt(newestEventTime))
                .toList();
    }

    private List<DriftAlert> found(AccuracyCounts counts, long eventTime, DriftSettings settings) {
        List<DriftAlert> alerts = new ArrayList<>();
        long all = 0;
        long allRight = 0;
        for (String truth : counts.confusion().keySet()) {
            long right = counts.count(truth, truth);
            long tags = counts.confusion().get(truth).labels().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (classes.containsKey(truth) || classes.size() < MAX_CLASSES) {
                alerts.addAll(monitorOf(truth, settings).add(tags, right, eventTime, modelVersion, settings));
            }
            if (hasBaseline) {
                unknownLabels.add(truth, tags, eventTime, modelVersion).ifPresent(alerts::add);
            }
            all += tags;
            allRight += right;
        }
        if (all != 0 || allRight != 0) {
            alerts.addAll(overall(settings).add(all, allRight, eventTime, modelVersion, settings));
        }
        if (!counts.tagged().isEmpty()) {
            predictions
                    .add(counts.tagged(), 0, eventTime, modelVersion, settings)
                    .ifPresent(alerts::add);
            confidence
                    .add(byBin(counts.confidences()), counts.expectedCorrect(), eventTime, modelVersion, settings)
                    .ifPresent(alerts::add);
            brightness
                    .add(byBin(counts.brightness()), graySum(counts.brightness()), eventTime, modelVersion, settings)
                    .ifPresent(alerts::add);
        }
        return alerts;
    }

    private AccuracyMonitor monitorOf(String label, DriftSettings settings) {
        return classes.computeIfAbsent(label, l -> new AccuracyMonitor(l, settings.recentPastDetector()));
    }

    private AccuracyMonitor overall(DriftSettings settings) {
        if (overall == null) {
            overall = new AccuracyMonitor("", settings.recentPastDetector());
        }
        return overall;
    }

    /** Alerts that are open. */
    public List<DriftAlert> open() {
        List<DriftAlert> open = new ArrayList<>();
        classes.values().forEach(monitor -> open.addAll(monitor.open()));
        if (overall != null) {
            open.addAll(overall.open());
        }
        open.addAll(unknownLabels.open());
        Stream.of(predictions, confidence, brightness)
                .flatMap(monitor -> monitor.open().stream())
                .forEach(open::add);
        return open;
    }

    /** What closes the open alerts when another model has taken this one's place, so that none of its tags will. */
    public List<DriftAlert> replaced() {
        return open().stream()
                .map(alert -> alert.closed(
                        alert.currentValue(), "another model tags now", alert.observations(), newestEventTime))
                .toList();
    }

    private static Map<String, Long> byBin(List<Long> counts) {
        Map<String, Long> byBin = new HashMap<>();
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) != 0) {
                byBin.put("bin " + i, counts.get(i));
            }
        }
        return byBin;
    }

    /** Gray levels of so many images, as if each lay in the middle of its bin. */
    private static double graySum(List<Long> brightness) {
        double sum = 0;
        for (int i = 0; i < brightness.size(); i++) {
            sum += brightness.get(i) * (i + 0.5) * 256 / AccuracyCounts.BRIGHTNESS_BINS;
        }
        return sum;
    }
}
