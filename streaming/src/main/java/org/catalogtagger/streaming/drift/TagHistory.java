package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Tags by the time they were made, the newer ones in finer detail: an exponential histogram (Datar, Gionis, Indyk and
 * Motwani, 2002, Maintaining Stream Statistics over Sliding Windows, section 3), so that a million tags take a hundred
 * entries. What is corrected later is corrected where it was counted. Not thread-safe.
 */
final class TagHistory {
    /** Entries are merged as long as they hold no more than this part of the tags that are newer. */
    private static final double FINENESS = 8;

    private final List<Entry> entries = new ArrayList<>();

    /** Tags of about one time, and evidence that they are, if any is kept. */
    static final class Entry {
        private long since;
        private double tags;
        private double right;
        private double[] evidence = {};

        long since() {
            return since;
        }

        double tags() {
            return tags;
        }

        double right() {
            return right;
        }

        double evidence(int of) {
            return evidence[of];
        }

        private void add(double moreTags, double moreRight, double[] moreEvidence) {
            tags = Math.max(0, tags + moreTags);
            right = Math.max(0, Math.min(tags, right + moreRight));
            if (evidence.length == 0) {
                evidence = new double[moreEvidence.length];
            }
            for (int i = 0; i < moreEvidence.length; i++) {
                evidence[i] += moreEvidence[i];
            }
        }
    }

    /** The oldest first. */
    List<Entry> entries() {
        return entries;
    }

    /**
     * Takes tags.
     *
     * @param tags negative where labels were taken back
     * @param evidence as many numbers each time; they are summed up
     */
    void add(long time, double tags, double right, double... evidence) {
        int place = entries.size();
        while (place > 0 && entries.get(place - 1).since > time) {
            place--;
        }
        boolean isNewest = place == entries.size();
        if ((isNewest && tags > 0) || entries.isEmpty()) {
            Entry entry = new Entry();
            entry.since = time;
            entry.add(tags, right, evidence);
            entries.add(entry);
            merge();
        } else {
            amend(entries.get(Math.max(0, place - 1)).since, tags, right, evidence);
        }
    }

    /** Of which of the entries of one time they are is not known: what is taken back, of all that have as much of it. */
    private void amend(long since, double tags, double right, double[] evidence) {
        List<Entry> ofTime =
                entries.stream().filter(entry -> entry.since == since).toList();
        ToDoubleFunction<Entry> weight =
                tags < right ? entry -> entry.tags - entry.right : right < 0 ? Entry::right : Entry::tags;
        double all = ofTime.stream().mapToDouble(weight).sum();
        for (Entry entry : ofTime) {
            double part = all > 0 ? weight.applyAsDouble(entry) / all : 1.0 / ofTime.size();
            entry.add(
                    part * tags,
                    part * right,
                    Arrays.stream(evidence).map(x -> part * x).toArray());
        }
    }

    private void merge() {
        double newer = 0;
        for (int i = entries.size() - 1; i > 0; i--) {
            Entry entry = entries.get(i);
            Entry older = entries.get(i - 1);
            if (entry.tags + older.tags <= newer / FINENESS) {
                older.add(entry.tags, entry.right, entry.evidence);
                entries.remove(i);
            } else {
                newer += entry.tags;
            }
        }
    }

    /** All tags that are older than a time. */
    double tagsBefore(long time) {
        return sum(entry -> entry.since < time, Entry::tags);
    }

    /** Those of them that are right. */
    double rightBefore(long time) {
        return sum(entry -> entry.since < time, Entry::right);
    }

    /** All tags that are not older than a time. */
    double tagsSince(long time) {
        return sum(entry -> entry.since >= time, Entry::tags);
    }

    /** Those of them that are right. */
    double rightSince(long time) {
        return sum(entry -> entry.since >= time, Entry::right);
    }

    /** Evidence of all tags that are older than a time, summed. */
    double evidenceBefore(long time, int of) {
        return sum(entry -> entry.since < time, entry -> entry.evidence(of));
    }

    /** Evidence of all tags that are not older than a time, summed. */
    double evidenceSince(long time, int of) {
        return sum(entry -> entry.since >= time, entry -> entry.evidence(of));
    }

    private double sum(Predicate<Entry> some, ToDoubleFunction<Entry> of) {
        // Twice for each class of each pane: a stream took a seventh of the monitor's time (bench drift-streams).
        double sum = 0;
        for (Entry entry : entries) {
            sum += some.test(entry) ? of.applyAsDouble(entry) : 0;
        }
        return sum;
    }

    /** Forgets so many entries, the oldest; others may be as old. */
    void forgetFirst(int count) {
        entries.subList(0, count).clear();
    }

    /** Forgets entries that are older than a time. */
    void forgetBefore(long time) {
        entries.removeIf(entry -> entry.since < time);
    }
}
