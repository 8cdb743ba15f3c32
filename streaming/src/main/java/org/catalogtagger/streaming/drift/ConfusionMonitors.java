package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonMerge;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;

/**
 * Watches which labels wrong tags have: whether a class is given more of other classes' images than is to be expected of the wrong tags of
 * these classes, so that neither a run of one class nor a fall of accuracy passes for it. Not thread-safe.
 */
final class ConfusionMonitors {
    /** Wrong tags of some products are alike; until it is known how much, three count for one, with the error that this may have. */
    static final double DISPERSION_AT_FIRST = 1.85;

    private final ErrorShares shares = new ErrorShares();
    private final Map<String, FalsePositives> labels = new HashMap<>();

    @JsonMerge
    private final Dispersion dispersion = new Dispersion(DISPERSION_AT_FIRST);

    /** Of labels of which an alert is open. */
    private final Set<String> open = new TreeSet<>();

    /** Sums since the beginning: wrong tags, and what each label is to be expected to have of them, times its mean, if none was seen. */
    private double wrongTags;

    private double unseen;

    /** Time of tags. */
    private long newest = Long.MIN_VALUE;

    /** By label: these sums when it was last looked at. */
    private final Map<String, double[]> lookedAt = new HashMap<>();

    private boolean isTested;

    /** Takes the model's classes and the wrong tags of its test, by truth and then by the label given, once. */
    void baseline(Collection<String> classes, Map<String, Map<String, Long>> wrong) {
        if (!isTested) {
            isTested = true;
            shares.baseline(classes, wrong);
        }
    }

    /** The label that the wrong tags of a class have most often, in the test and since, for people; nothing if that is not known. */
    String mostGiven(String truth) {
        return shares.seen(truth).entrySet().stream()
                .max(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(most -> String.format(
                        Locale.ROOT,
                        "; wrong ones are mostly called %s (%.0f %%)",
                        most.getKey(),
                        100 * shares.share(truth, most.getKey())))
                .orElse("");
    }

    /** Alerts that are open. */
    List<DriftAlert> open() {
        return open.stream().flatMap(label -> labelOf(label).open().stream()).toList();
    }

    /** Takes labelled tags of one time; alerts that they open or close. */
    List<DriftAlert> add(Ready ready, String modelVersion, DriftSettings settings) {
        if (!isTested || ready.tags().wrong().isEmpty()) {
            return List.of();
        }
        List<Wrong> wrong = inRandomOrder(ready);
        Set<String> toJudge = new TreeSet<>(open);
        wrong.forEach(tag -> toJudge.add(tag.label));
        FalseAlarms falseAlarms = settings.accuracyAlarms(shares.classes());
        List<DriftAlert> alerts = new ArrayList<>();
        if (ready.time() < newest) {
            // What was expected since is of later tags than these.
            for (String label : toJudge) {
                judge(label, newest, falseAlarms, modelVersion).ifPresent(alerts::add);
            }
        }
        newest = Math.max(newest, ready.time());
        for (Wrong tag : wrong) {
            if (tag.sign > 0) {
                add(tag.truth, tag.label, ready.time());
            } else {
                takeBack(tag.truth, tag.label, ready.time());
            }
        }
        for (String label : toJudge) {
            judge(label, ready.time(), falseAlarms, modelVersion).ifPresent(alerts::add);
        }
        return alerts;
    }

    /** A wrong tag, or one that is taken back. */
    private record Wrong(String truth, String label, int sign) {}

    /**
     * Each is learned before the next: in the order of their names the first labels would be learned from and the last ones not. The order
     * is the same when counts are replayed.
     */
    private List<Wrong> inRandomOrder(Ready ready) {
        List<Wrong> wrong = new ArrayList<>();
        new TreeMap<>(ready.tags().wrong()).forEach((truth, given) -> new TreeMap<>(given).forEach((label, tags) -> {
            // A truth that the model does not know is told of as such.
            if (shares.isKnown(truth) && shares.isKnown(label) && shares.isRoomFor(truth, label)) {
                Wrong one = new Wrong(truth, label, Long.signum(tags));
                for (long i = 0; i < Math.abs(tags); i++) {
                    wrong.add(one);
                }
            }
        }));
        Collections.shuffle(wrong, new Random(ready.time()));
        return wrong;
    }

    private Optional<DriftAlert> judge(String label, long time, FalseAlarms falseAlarms, String modelVersion) {
        FalsePositives ofLabel = labelOf(label);
        double allWrong = look(label, ofLabel);
        Optional<DriftAlert> changed = ofLabel.judge(time, allWrong, shares, dispersion, falseAlarms, modelVersion);
        changed.ifPresent(alert -> {
            if (alert.status() == DriftAlert.Status.OPEN) {
                open.add(label);
            } else {
                open.remove(label);
            }
        });
        return changed;
    }

    /** Tells a label what else is expected since it was last looked at; the number of wrong tags since then. */
    private double look(String label, FalsePositives ofLabel) {
        double[] last = lookedAt.computeIfAbsent(label, l -> new double[2]);
        if (!open.contains(label)) {
            ofLabel.expect(shares.mean(label) * (unseen - last[1]));
        }
        lookedAt.put(label, new double[] {wrongTags, unseen});
        return wrongTags - last[0];
    }

    /** Wrong tags that were to be expected of a label. */
    double expected(String label) {
        return labelOf(label).expected()
                + shares.mean(label) * (unseen - lookedAt.getOrDefault(label, new double[2])[1]);
    }

    /** One wrong tag, after those before: what is expected of the next is learned from it. */
    private void add(String truth, String label, long time) {
        double ofUnseen = shares.unseen(truth);
        wrongTags++;
        unseen += ofUnseen;
        if (!open.contains(truth)) {
            labelOf(truth).expect(-ofUnseen * shares.mean(truth));
        }
        double weight = shares.weight(truth);
        shares.seen(truth).forEach((other, tags) -> {
            if (!open.contains(other)) {
                labelOf(other).expect(tags / weight);
            }
        });
        for (String other : open) {
            FalsePositives ofOther = labelOf(other);
            ofOther.expect(ofOther.shareBefore(truth).orElseGet(() -> shares.share(truth, other)));
            ofOther.see(truth, 1);
        }
        labelOf(label).give(truth, time);
        if (!open.contains(label)) {
            shares.add(truth, label, 1);
        }
    }

    /** One that was counted. What was expected of it stays: nobody knows of which labels, and where. */
    private void takeBack(String truth, String label, long time) {
        labelOf(label).takeBack(truth, time);
        open.forEach(other -> labelOf(other).see(truth, -1));
        if (!open.contains(label)) {
            shares.add(truth, label, -1);
        }
    }

    /** Makes what a label is given since it has too many what is to be expected of it. */
    Optional<DriftAlert> accept(String label, long time) {
        return open.remove(label) ? labelOf(label).accept(shares, time) : Optional.empty();
    }

    private FalsePositives labelOf(String label) {
        return labels.computeIfAbsent(label, FalsePositives::new);
    }
}
