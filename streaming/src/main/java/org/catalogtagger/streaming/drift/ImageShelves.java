package org.catalogtagger.streaming.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.catalogtagger.streaming.accuracy.TagExample;
import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/**
 * Images by what was said of them, so that an alert can show some of before a change and of after it: when that was is known only when it is
 * found. Not thread-safe.
 */
final class ImageShelves {
    /** Images that an alert shows of before and of after. */
    static final int SHOWN = 9;

    /** Of each sort: truths of free text must not take the place of what else is kept. */
    private static final int MOST_SHELVES = 200;

    private static final int PER_SHELF = 24;

    /** So many others of the sort have come since. */
    private static final long OLDEST = 20_000;

    private static final int FEWEST_OF_SEGMENT = 4;

    private static final double MORE_OF_SEGMENT = 0.4;

    private static final Comparator<TagExample> NEWEST_FIRST =
            Comparator.comparingLong(TagExample::eventTime).reversed();

    /** By sort and label; the one that something was put on last is the last. */
    private final Map<Sort, Map<String, Shelf>> shelves = new EnumMap<>(Sort.class);

    private enum Sort {
        /** By the label given, whether the truth is known or not. */
        GIVEN,
        /** Those of them that are unfamiliar. */
        UNFAMILIAR,
        /** By truth, if that is the label. */
        RIGHT,
        /** By truth, if that is not the label. */
        WRONG,
        /** The same by label. */
        WRONGLY_GIVEN
    }

    /** Takes tags; what has a truth now may have come without one before. */
    void add(List<TagExample> examples) {
        for (TagExample example : examples) {
            if (example.truth().isEmpty()) {
                put(Sort.GIVEN, example.label(), example);
                if (example.unfamiliar()) {
                    put(Sort.UNFAMILIAR, "", example);
                }
            } else if (example.truth().equals(example.label())) {
                put(Sort.RIGHT, example.truth(), example);
            } else {
                put(Sort.WRONG, example.truth(), example);
                put(Sort.WRONGLY_GIVEN, example.label(), example);
            }
        }
    }

    private void put(Sort sort, String label, TagExample example) {
        Map<String, Shelf> ofSort = shelves.computeIfAbsent(sort, unused -> new LinkedHashMap<>());
        Shelf shelf = ofSort.remove(label);
        if (shelf == null && ofSort.size() >= MOST_SHELVES) {
            ofSort.remove(ofSort.keySet().iterator().next());
        }
        Shelf next = shelf == null ? new Shelf() : shelf;
        next.put(example);
        ofSort.put(label, next);
    }

    /** Images of one sort in the order in which they came: the newest few, and of those before the fewer the older they are. */
    private static final class Shelf {
        private final List<Kept> images = new ArrayList<>();
        private long arrivals;

        private record Kept(TagExample example, long arrival) {}

        void put(TagExample example) {
            images.removeIf(kept -> kept.example.sourceRecord().equals(example.sourceRecord()));
            images.add(new Kept(example, ++arrivals));
            if (images.size() > PER_SHELF) {
                images.remove(leastMissed());
            }
        }

        /** The one whose neighbours are nearest to each other, for its age; or the oldest, if it is too old. */
        private int leastMissed() {
            if (arrivals - images.get(0).arrival > OLDEST) {
                return 0;
            }
            int least = 0;
            double smallest = Double.POSITIVE_INFINITY;
            for (int i = 1; i < images.size() - SHOWN; i++) {
                double gap = (double) images.get(i + 1).arrival - images.get(i - 1).arrival;
                double missed = gap / (arrivals - images.get(i).arrival);
                if (missed < smallest) {
                    smallest = missed;
                    least = i;
                }
            }
            return least;
        }

        List<TagExample> newestFirst() {
            return images.stream().map(Kept::example).sorted(NEWEST_FIRST).toList();
        }
    }

    /** What shows a change. */
    TypicalImages of(DriftAlert alert) {
        String label = alert.label();
        Stream<List<TagExample>> before =
                switch (alert.kind()) {
                    case ACCURACY, CALIBRATION, CONFUSIONS -> of(Sort.RIGHT, label);
                    case PREDICTIONS -> of(Sort.GIVEN, label);
                    case CONFIDENCE, BRIGHTNESS, FAMILIARITY, EXPECTED_ACCURACY -> of(Sort.GIVEN, "");
                    case UNKNOWN_LABEL, LABEL_SELECTION -> Stream.empty();
                };
        long since = alert.since();
        // Of a class that the model does not know there was no before.
        boolean isAllSince = alert.kind() == Kind.UNKNOWN_LABEL;
        return new TypicalImages(
                newest(before, example -> example.eventTime() < since),
                newest(making(alert), example -> isAllSince || example.eventTime() >= since));
    }

    /** Those that a change of this kind is made of, or all where all tags make it. */
    private Stream<List<TagExample>> making(DriftAlert alert) {
        String label = alert.label();
        return switch (alert.kind()) {
            case ACCURACY, CALIBRATION, UNKNOWN_LABEL -> of(Sort.WRONG, label);
            case CONFUSIONS -> of(Sort.WRONGLY_GIVEN, label);
            case PREDICTIONS -> of(Sort.GIVEN, label);
            case CONFIDENCE, BRIGHTNESS, EXPECTED_ACCURACY -> of(Sort.GIVEN, "");
            case FAMILIARITY -> of(Sort.UNFAMILIAR, "");
            case LABEL_SELECTION -> Stream.empty();
        };
    }

    /**
     * The segment that is much more frequent among the images that make a change than among such before, in words; empty if there is none. So few
     * images say no more than that.
     */
    String mostlyOf(DriftAlert alert) {
        // What a class of which there was nothing, or of which there is less now, is mostly of says nothing of the
        // change.
        if (alert.kind() == Kind.UNKNOWN_LABEL
                || (alert.kind() == Kind.PREDICTIONS && alert.currentValue() < alert.referenceValue())) {
            return "";
        }
        List<TagExample> now = newest(making(alert), example -> example.eventTime() >= alert.since());
        List<TagExample> before = newest(making(alert), example -> example.eventTime() < alert.since());
        if (before.size() < FEWEST_OF_SEGMENT) {
            return "";
        }
        Map<String, Long> bySegment =
                now.stream().collect(Collectors.groupingBy(TagExample::segment, TreeMap::new, Collectors.counting()));
        return bySegment.entrySet().stream()
                .filter(segment -> !segment.getKey().isEmpty() && segment.getValue() >= FEWEST_OF_SEGMENT)
                .max(Map.Entry.comparingByValue())
                .flatMap(most -> {
                    long beforeToo = before.stream()
                            .filter(example -> example.segment().equals(most.getKey()))
                            .count();
                    double usual = (double) beforeToo / Math.max(1, before.size());
                    return (double) most.getValue() / now.size() < usual + MORE_OF_SEGMENT
                            ? Optional.empty()
                            : Optional.of("; of %d such images since then %d are of the segment %s, of %d before %d"
                                    .formatted(now.size(), most.getValue(), most.getKey(), before.size(), beforeToo));
                })
                .orElse("");
    }

    /** Of one label, or of all. */
    private Stream<List<TagExample>> of(Sort sort, String label) {
        Map<String, Shelf> ofSort = shelves.getOrDefault(sort, Map.of());
        Stream<Shelf> some = label.isEmpty() ? ofSort.values().stream() : Stream.ofNullable(ofSort.get(label));
        return some.map(Shelf::newestFirst);
    }

    /** Of each shelf the newest, then the second of each, and so on. */
    private static List<TagExample> newest(Stream<List<TagExample>> from, Predicate<TagExample> some) {
        record Ranked(int rank, TagExample example) {}
        List<Ranked> ranked = new ArrayList<>();
        from.forEach(shelf -> {
            int rank = 0;
            for (TagExample example : shelf) {
                if (some.test(example)) {
                    ranked.add(new Ranked(rank++, example));
                }
            }
        });
        return ranked.stream()
                .sorted(Comparator.comparingInt(Ranked::rank).thenComparing(Ranked::example, NEWEST_FIRST))
                .map(Ranked::example)
                .distinct()
                .limit(SHOWN)
                .sorted(NEWEST_FIRST)
                .toList();
    }
}
