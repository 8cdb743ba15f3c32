package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonMerge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.catalogtagger.streaming.accuracy.AccuracyCounts;
import org.catalogtagger.streaming.accuracy.AccuracyCounts.Bin;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;
import org.catalogtagger.streaming.drift.DriftAlert.Status;
import org.catalogtagger.streaming.drift.LabelCohorts.Ready;
import org.catalogtagger.streaming.drift.OverallMonitor.OfGroup;

/**
 * Watches whether tags are right less often than the model's confidence says: each is compared with what tags of its confidence were until
 * then, so that harder images are no fall where the model is less sure of them. Not thread-safe.
 */
final class CalibrationMonitor {
    @JsonMerge
    private final OverallMonitor overall = new OverallMonitor(Kind.CALIBRATION, "of tags so sure");

    private final List<ConfidenceBin> bins =
            IntStream.range(0, AccuracyCounts.BINS).mapToObj(ConfidenceBin::new).toList();

    /** Whether the test is known of how sure the model was in it: without, tags are compared with those before alone. */
    private boolean isTested;

    /** Whether a fall was accepted, so that what was before it is no reference any more. */
    private boolean isAccepted;

    /** Takes what the model's test says of each bin, once; none if it does not. */
    void baseline(List<Bin> test) {
        if (!isTested && test.stream().anyMatch(bin -> bin.count() > 0)) {
            isTested = true;
            for (int i = 0; i < test.size(); i++) {
                bins.get(i).baseline(test.get(i));
            }
        }
    }

    Optional<DriftAlert> open() {
        return overall.open();
    }

    /** How many labelled tags are worth one that is independent. */
    double dispersion() {
        return overall.dispersion();
    }

    /**
     * Takes labelled tags of one time; an alert that they open or close.
     *
     * @param hasFallen whether the tags since a time may be right less often than their classes were: a run of a class of which the model has
     *     always been too sure is no fall
     */
    Optional<DriftAlert> add(Ready ready, String modelVersion, DriftSettings settings, LongPredicate hasFallen) {
        double dispersion = overall.dispersion();
        List<OfGroup> groups = new ArrayList<>();
        for (int i = 0; i < ready.tags().bins().size(); i++) {
            Bin tags = ready.tags().bins().get(i);
            if (tags.count() != 0 || tags.correct() != 0) {
                BetaShare before = bins.get(i).before(overall.frozenSince(), tags, dispersion);
                groups.add(new OfGroup((double) tags.count(), (double) tags.correct(), before));
                bins.get(i).add(ready.time(), tags);
            }
        }
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        FalseAlarms falseAlarms = settings.accuracyAlarms(bins.size());
        Optional<DriftAlert> changed = overall.add(groups, ready.time(), modelVersion, falseAlarms, hasFallen);
        changed.filter(alert -> alert.status() == Status.CLOSED)
                .ifPresent(over -> bins.forEach(bin -> bin.forget(over.since(), overall.begin(), dispersion)));
        return changed.map(alert -> alert.status() == Status.OPEN ? overall.amended(inWords(alert)) : alert);
    }

    private DriftAlert inWords(DriftAlert alert) {
        double tags = sum(bin -> bin.tagsSince(alert.since()));
        double sure = sum(bin -> bin.confidenceSince(alert.since())) / Math.max(1, tags);
        DriftAlert against = isTested && !isAccepted ? alert : alert.against("tags-before");
        return against.explained(String.format(Locale.ROOT, "; the model is %.1f %% sure of them", 100 * sure));
    }

    /** Makes how often tags of each confidence are right since the fall what later ones are compared with. */
    Optional<DriftAlert> accept(long time) {
        overall.open().ifPresent(fall -> {
            double dispersion = overall.dispersion();
            double right = sum(bin -> bin.rightSince(fall.since()));
            double logits = CommonFall.logits(
                    fallen -> sum(bin -> bin.expectedSince(fall.since(), fallen, dispersion)) - right);
            bins.forEach(bin -> bin.accept(fall.since(), logits, dispersion));
            isAccepted = true;
        });
        return overall.accept(time);
    }

    private double sum(ToDoubleFunction<ConfidenceBin> of) {
        return bins.stream().mapToDouble(of).sum();
    }
}
