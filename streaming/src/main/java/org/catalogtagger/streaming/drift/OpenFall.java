package org.catalogtagger.streaming.drift;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.catalogtagger.streaming.drift.TagHistory.Entry;

/**
 * A fall of a class' accuracy that goes on.
 *
 * @param before what was known of the accuracy when it began
 */
record OpenFall(DriftAlert alert, BetaShare before) {
    /** What the accuracy seemed to be when the alarm was raised was chosen for being low: it counts as little. */
    private static final double WEIGHT_OF_FIRST_GUESS = 2;

    private static final double MARGIN = 0.01;

    /**
     * Tags since some time that are right as before the fall.
     *
     * @param first the first entry that is of it; those before may have come at the same time
     * @param since milliseconds since 1970
     */
    record Recovery(int first, long since, double tags, double right, double logEvidence) {}

    /**
     * The end of the fall, at the error of its beginning: a time since which tags speak for the accuracy before the fall and
     * against the one since, of which the tags until that time say more the longer it lasts.
     */
    Optional<Recovery> recovery(TagHistory history, double dispersion, double falseAlarmEvery) {
        List<Entry> entries = history.entries();
        double all = 0;
        double allRight = 0;
        int first = entries.size();
        while (first > 0 && entries.get(first - 1).since() >= alert.since()) {
            first--;
            all += entries.get(first).tags() / dispersion;
            allRight += entries.get(first).right() / dispersion;
        }
        double low = Math.min(1 - 2 * MARGIN, Math.max(MARGIN, alert.currentValue()));
        BetaShare guess = new BetaShare(WEIGHT_OF_FIRST_GUESS * low, WEIGHT_OF_FIRST_GUESS * (1 - low));
        double tags = 0;
        double right = 0;
        for (int i = entries.size() - 1; i > first; i--) {
            tags += entries.get(i).tags() / dispersion;
            right += entries.get(i).right() / dispersion;
            BetaShare fallen = guess.with(all - tags, allRight - right);
            double logEvidence = before.logLikelihood(tags, right) - fallen.logLikelihood(tags, right);
            if (fallen.mean() < before.mean() && isEnough(logEvidence, fallen, dispersion, falseAlarmEvery)) {
                return Optional.of(
                        new Recovery(i, entries.get(i).since(), dispersion * tags, dispersion * right, logEvidence));
            }
        }
        // Or there was none that is worth the name: all tags since it began say so.
        BetaShare least = before.fallenFrom(FalseAlarms.logits(0));
        double logEvidence = -least.logLikelihoodOver(before, all, allRight);
        return isEnough(logEvidence, least, dispersion, falseAlarmEvery)
                ? Optional.of(new Recovery(first, alert.since(), dispersion * all, dispersion * allRight, logEvidence))
                : Optional.empty();
    }

    private boolean isEnough(double logEvidence, BetaShare fallen, double dispersion, double falseAlarmEvery) {
        double divergence = BetaShare.divergence(fallen.mean(), before.mean()) / dispersion;
        return logEvidence >= Math.log(Math.max(1, falseAlarmEvery * divergence));
    }

    DriftAlert closed(Recovery recovery, long time) {
        return alert.closed(
                recovery.right() / recovery.tags(),
                String.format(
                        Locale.ROOT, "%.0f decibans for as before", ClassMonitor.decibans(recovery.logEvidence())),
                Math.round(recovery.tags()),
                time);
    }
}
