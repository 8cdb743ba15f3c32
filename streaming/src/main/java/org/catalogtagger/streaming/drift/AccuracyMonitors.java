package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonMerge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.catalogtagger.streaming.accuracy.ClassAccuracy;
import org.catalogtagger.streaming.accuracy.SampledTags;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.catalogtagger.streaming.drift.OverallMonitor.OfGroup;

/** The accuracy of each class and of all, and how much tags of a class are worth. Not thread-safe. */
final class AccuracyMonitors {
    /** Before the model's test is known, labels come from outside: whoever sends a new one each time must not fill the state. */
    private static final int MAX_UNTESTED = 2000;

    /** Tags from one look at all classes to the next while the accuracy of all has fallen. */
    private static final double LOOK_EVERY = 200;

    /** A class is not named for what others do: its own tags are three times as likely with a fall as without. */
    private static final double LEAST_EVIDENCE = Math.log(3);

    /** No fall is told of for what its classes always did: it is asked with each count, so that three times as likely would be so by chance. */
    private static final double LEAST_EVIDENCE_OF_ALL = Math.log(20);

    /** Classes that a fall of all is said to be of. */
    private static final int NAMED = 3;

    private final Map<String, ClassMonitor> classes = new TreeMap<>();

    @JsonMerge
    private final OverallMonitor overall = new OverallMonitor(Kind.ACCURACY, "of these classes");

    @JsonMerge
    private final Dispersion dispersion = new Dispersion(Dispersion.OF_ACCURACY);

    private final HeaviestWeight heaviest = new HeaviestWeight();
    private boolean isTested;
    private double tagsSinceLook;

    /** Of tags whose truth is known, which are older than others. */
    private long newestLabelled = Long.MIN_VALUE;

    /** Takes the model's test results; of each class once. Earlier versions left some of thousands out. */
    void baseline(List<ClassAccuracy> test) {
        Map<String, BetaShare> shares = PooledBaseline.of(test);
        for (ClassAccuracy ofClass : test) {
            if (!isTested || !classes.containsKey(ofClass.label())) {
                BetaShare share = Objects.requireNonNull(shares.get(ofClass.label()));
                classes.computeIfAbsent(ofClass.label(), ClassMonitor::new)
                        .baseline(share, ofClass.support(), ofClass.correct());
            }
        }
        isTested = true;
    }

    /** Alerts that are open. */
    List<DriftAlert> open() {
        List<DriftAlert> open = new ArrayList<>();
        classes.values().forEach(monitor -> monitor.open().ifPresent(open::add));
        overall.open().ifPresent(open::add);
        return open;
    }

    /** How soon a fall would be found, of each class that has none; empty before the model's test is known. */
    Map<String, DetectionDelay> detectionDelays(DriftSettings settings) {
        Map<String, DetectionDelay> delays = new TreeMap<>();
        if (isTested) {
            FalseAlarms falseAlarms = settings.accuracyAlarms(classes.size());
            double dispersed = dispersion.value();
            classes.forEach((label, monitor) ->
                    monitor.detectionDelay(dispersed, falseAlarms).ifPresent(delay -> delays.put(label, delay)));
        }
        return delays;
    }

    /** Whether all tags since a time, for their classes, are twenty times as likely with a fall as without. */
    boolean mayHaveFallenSince(long time) {
        return overall.logEvidenceSince(time) >= LEAST_EVIDENCE_OF_ALL;
    }

    /** Takes labelled tags of one time; alerts that they open or close. */
    List<DriftAlert> add(Ready ready, String modelVersion, DriftSettings settings) {
        FalseAlarms falseAlarms = settings.accuracyAlarms(classes.size());
        newestLabelled = Math.max(newestLabelled, ready.time());
        List<DriftAlert> alerts = new ArrayList<>();
        List<OfGroup> all = new ArrayList<>();
        double dispersed = dispersion.value();
        for (Map.Entry<String, double[]> ofTruth : worth(ready.tags()).entrySet()) {
            double tags = ofTruth.getValue()[0];
            double right = ofTruth.getValue()[1];
            // A truth that the model does not know is told of as such.
            if (isTested && !classes.containsKey(ofTruth.getKey())) {
                continue;
            }
            Optional<ClassMonitor> found = monitorOf(ofTruth.getKey());
            if (found.isEmpty() || (tags == 0 && right == 0)) {
                continue;
            }
            ClassMonitor monitor = found.get();
            all.add(new OfGroup(tags, right, monitor.before(overall.frozenSince(), dispersed)));
            monitor.add(ready.time(), tags, right, dispersion);
            boolean isOpen = monitor.open().isPresent();
            if (isOpen ? right > 0 || tags < 0 : tags > right) {
                monitor.judge(ready.time(), modelVersion, dispersed, falseAlarms)
                        .ifPresent(alerts::add);
            }
        }
        if (!all.isEmpty()) {
            overall.add(all, ready.time(), modelVersion, falseAlarms, since -> true)
                    .map(alert -> alert.status() == Status.OPEN
                            ? overall.amended(alert.explained(missing(alert, dispersed)))
                            : alert)
                    .ifPresent(alerts::add);
            tagsSinceLook += all.stream().mapToDouble(OfGroup::tags).sum();
        }
        if (tagsSinceLook >= LOOK_EVERY) {
            tagsSinceLook = 0;
            overall.open().ifPresent(fall -> alerts.addAll(fallenWith(fall, ready.time(), modelVersion, dispersed)));
        }
        return alerts;
    }

    /** By truth: how many tags these are worth, and of how many that are right. */
    private Map<String, double[]> worth(LabelledTags tags) {
        Map<String, double[]> sums = new HashMap<>();
        tags.byTruth().forEach((truth, counts) -> sums.put(truth, new double[] {counts[0], counts[1]}));
        double scale = heaviest.scale(SampledTags.sum(tags.declared()).tags(), tags.heaviest());
        tags.declared().forEach((truth, weights) -> {
            // What is taken back may have been counted when others were the heaviest.
            double most = Math.abs(weights.tags()) / Math.max(1, Math.abs(weights.weight()));
            double[] sum = sums.computeIfAbsent(truth, t -> new double[2]);
            sum[0] += Math.min(scale, most) * weights.weight();
            sum[1] += Math.min(scale, most) * weights.rightWeight();
        });
        return sums;
    }

    /** Of which classes the right tags are that a fall of all lacks. */
    private String missing(DriftAlert fall, double dispersed) {
        Map<String, Double> missing = new TreeMap<>();
        classes.forEach((label, monitor) -> missing.put(label, monitor.missingSince(fall.since(), dispersed)));
        double all = missing.values().stream().mapToDouble(Double::doubleValue).sum();
        String most = missing.entrySet().stream()
                .filter(ofClass -> ofClass.getValue() >= 1)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(NAMED)
                .map(ofClass -> String.format(Locale.ROOT, "%.0f of %s", ofClass.getValue(), ofClass.getKey()))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "; of %.0f right ones that are missing: %s", all, most);
    }

    private List<DriftAlert> fallenWith(DriftAlert fall, long time, String modelVersion, double dispersed) {
        Map<String, Double> logEvidence = new HashMap<>();
        classes.forEach((label, monitor) -> logEvidence.put(
                label,
                monitor.logEvidenceSince(monitor.open().map(DriftAlert::since).orElse(fall.since()), dispersed)));
        List<DriftAlert> alerts = new ArrayList<>();
        FallenClasses.probabilities(logEvidence).forEach((label, probability) -> {
            ClassMonitor monitor = monitorOf(label).orElseThrow();
            boolean isCertain =
                    probability >= FallenClasses.CERTAIN && logEvidence.getOrDefault(label, 0.0) >= LEAST_EVIDENCE;
            // What has recovered is seen to fall again by itself; so is what was accepted.
            if (isCertain && monitor.open().isEmpty() && !monitor.hasEndedSince(fall.since())) {
                String evidence = String.format(
                        Locale.ROOT, "%.1f %% likely, as accuracy has fallen in so many classes", 100 * probability);
                alerts.add(monitor.openSince(fall.since(), evidence, time, modelVersion, dispersed));
            }
        });
        return alerts;
    }

    /**
     * Accepts a fall: of a class, which changes what is to be expected of all; or of all, with those of classes that are open, for it is made of them.
     *
     * @param label the class; empty for all
     * @param time the newest of all tags
     * @return the alerts that it closes
     */
    List<DriftAlert> accept(String label, long time, DriftSettings settings) {
        FalseAlarms falseAlarms = settings.accuracyAlarms(classes.size());
        double dispersed = dispersion.value();
        List<DriftAlert> closed = new ArrayList<>();
        Optional<DriftAlert> all = label.isEmpty() ? overall.open() : Optional.empty();
        classes.forEach((name, monitor) -> {
            if (all.isPresent() || name.equals(label)) {
                monitor.accept(time, newestLabelled, dispersed, falseAlarms).ifPresent(closed::add);
            }
        });
        if (all.isPresent()) {
            fallOthers(all.get().since(), newestLabelled, dispersed);
            overall.accept(time).ifPresent(closed::add);
        } else if (!closed.isEmpty()) {
            overall.expectOtherwise();
        }
        return closed;
    }

    /** By what all others have fallen together is what each has fallen by, about. */
    private void fallOthers(long begin, long time, double dispersed) {
        List<ClassMonitor> others = classes.values().stream()
                .filter(monitor -> !monitor.isAcceptedSince(begin))
                .toList();
        double right = others.stream()
                .mapToDouble(monitor -> monitor.rightSince(begin))
                .sum();
        DoubleUnaryOperator missing = logits -> others.stream()
                        .mapToDouble(monitor -> monitor.expectedSince(begin, logits, dispersed))
                        .sum()
                - right;
        if (missing.applyAsDouble(0) <= 0) {
            return;
        }
        double logits = CommonFall.logits(missing);
        others.forEach(monitor -> monitor.fellWithAll(begin, logits, dispersed, time));
    }

    private Optional<ClassMonitor> monitorOf(String label) {
        if (classes.containsKey(label) || classes.size() < MAX_UNTESTED) {
            return Optional.of(classes.computeIfAbsent(label, ClassMonitor::new));
        }
        return Optional.empty();
    }
}
