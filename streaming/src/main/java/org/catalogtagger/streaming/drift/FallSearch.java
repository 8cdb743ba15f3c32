package org.catalogtagger.streaming.drift;

import java.util.List;
import java.util.Optional;
import org.catalogtagger.streaming.drift.TagHistory.Entry;

/** Looks for the moment since which tags are right less often than before. */
final class FallSearch {
    /** Beginnings that are less likely than the best by more than this are out of the interval: one twentieth. */
    private static final double LOG_UNLIKELY = Math.log(20);

    private FallSearch() {}

    /**
     * A fall, or what is nearest to one.
     *
     * @param overThreshold the logarithm of the evidence over what is needed, of whichever beginning: an alarm from 0 on
     * @param logEvidence the logarithm of the evidence of the most likely one
     * @param since when it began most likely, milliseconds since 1970
     * @param earliest when it may have begun
     * @param latest likewise
     * @param tags since then
     * @param right those of them that are right
     * @param expected those of them that were to be expected right
     */
    record Fall(
            double overThreshold,
            double logEvidence,
            long since,
            long earliest,
            long latest,
            double tags,
            double right,
            double expected) {
        double accuracy() {
            return tags <= 0 ? 0 : right / tags;
        }

        double expectedAccuracy() {
            return tags <= 0 ? 0 : expected / tags;
        }
    }

    /** How much speaks for a fall that begins with an entry. */
    interface Evidence {
        /**
         * The evidence for each size of fall, a logarithm, and what each needs.
         *
         * @param tags from the beginning on
         */
        void of(Entry begin, double tags, double right, double[] logEvidence, double[] logThreshold);

        /** How many of those tags were to be expected right. */
        double expected();
    }

    /** The beginning that most speaks for. */
    static Optional<Fall> in(List<Entry> entries, Evidence evidence) {
        double[] logEvidence = new double[FalseAlarms.falls()];
        double[] logThreshold = new double[logEvidence.length];
        double[] likelihoods = new double[entries.size()];
        double overThreshold = Double.NEGATIVE_INFINITY;
        Fall best = null;
        double tags = 0;
        double right = 0;
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            tags += entry.tags();
            right += entry.right();
            evidence.of(entry, tags, right, logEvidence, logThreshold);
            likelihoods[i] = FalseAlarms.mixture(logEvidence);
            for (int fall = 0; fall < logEvidence.length; fall++) {
                logEvidence[fall] -= logThreshold[fall];
            }
            overThreshold = Math.max(overThreshold, FalseAlarms.mixture(logEvidence));
            if (best == null || likelihoods[i] > best.logEvidence) {
                long since = entry.since();
                best = new Fall(0, likelihoods[i], since, since, since, tags, right, evidence.expected());
            }
        }
        double found = overThreshold;
        return Optional.ofNullable(best).map(fall -> withInterval(fall, found, entries, likelihoods));
    }

    private static Fall withInterval(Fall fall, double overThreshold, List<Entry> entries, double[] likelihoods) {
        long earliest = fall.since;
        long latest = fall.since;
        for (int i = 0; i < likelihoods.length; i++) {
            if (likelihoods[i] >= fall.logEvidence - LOG_UNLIKELY) {
                earliest = Math.min(earliest, entries.get(i).since());
                latest = Math.max(latest, entries.get(i).since());
            }
        }
        return new Fall(
                overThreshold, fall.logEvidence, fall.since, earliest, latest, fall.tags, fall.right, fall.expected);
    }
}
