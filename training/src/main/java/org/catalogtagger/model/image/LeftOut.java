package org.catalogtagger.model.image;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What of a folder is no image, counted by reason; {@link #toString} says it in one line. Not thread-safe. */
public final class LeftOut {
    private static final int NAMES_SHOWN = 3;

    private final Map<Reason, Tally> tallies = new EnumMap<>(Reason.class);

    /** Why a file, or a folder with all that is in it, is left out. */
    public enum Reason {
        /** The name begins with a dot: {@code .DS_Store}, {@code ._1.jpg}, {@code .ipynb_checkpoints}. */
        HIDDEN("hidden"),
        /** Systems write it for themselves: {@code Thumbs.db}, {@code desktop.ini}, {@code __MACOSX}. */
        SYSTEM("of the system"),
        /** No bytes. */
        EMPTY("empty"),
        /** Neither the ending nor, where there is none, the first bytes are those of an image. */
        OTHER_KIND("of another kind"),
        /** A pipe, a socket, a device. */
        SPECIAL("no regular file"),
        /** A link to what is not there. */
        BROKEN_LINK("a link to nothing"),
        /** A link to what is listed already, or back to a folder that it lies in. */
        REPEATED("a link to what is there already"),
        /** Where class folders are expected. */
        NO_CLASS("in no class folder"),
        /** Where a table says which images there are. */
        UNLISTED("in no row of the manifest");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }

    private static final class Tally {
        private long count;
        private final TreeSet<String> names = new TreeSet<>();
    }

    /**
     * Counts one.
     *
     * @param name shown as an example
     */
    public void add(Reason reason, String name) {
        Tally tally = tallies.computeIfAbsent(reason, r -> new Tally());
        tally.count++;
        tally.names.add(name);
        if (tally.names.size() > NAMES_SHOWN) {
            tally.names.pollLast();
        }
    }

    /** How many files and folders. */
    public long count() {
        return tallies.values().stream().mapToLong(tally -> tally.count).sum();
    }

    /** How many for this reason. */
    public long count(Reason reason) {
        Tally tally = tallies.get(reason);
        return tally == null ? 0 : tally.count;
    }

    public boolean isEmpty() {
        return tallies.isEmpty();
    }

    /** Such as {@code left out 5: 4 hidden (.DS_Store, ._1.jpg, ._2.jpg, …), 1 of another kind (notes.txt)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "left out %,d: ", count())
                + tallies.entrySet().stream()
                        .map(entry -> of(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String of(Reason reason, Tally tally) {
        String more = tally.count > tally.names.size() ? ", …" : "";
        return String.format(
                Locale.ROOT, "%,d %s (%s%s)", tally.count, reason.words, String.join(", ", tally.names), more);
    }
}
