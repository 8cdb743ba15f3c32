package org.catalogtagger.training.commands;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.catalogtagger.model.ConfusionMatrix;

/** Accuracy as text for a console. */
public final class AccuracyTable {
    private static final int CONFUSIONS_SHOWN = 10;

    private AccuracyTable() {}

    /** One line per class, and the overall figures below. */
    public static String of(ConfusionMatrix confusion) {
        int width = confusion.classes().stream().mapToInt(String::length).max().orElse(5);
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT, "%-" + width + "s  %8s  %8s  %9s%n", "class", "images", "correct", "accuracy"));
        confusion
                .perClass()
                .forEach(c -> table.append(String.format(
                        Locale.ROOT,
                        "%-" + width + "s  %,8d  %,8d  %7.1f %%%n",
                        c.label(),
                        c.support(),
                        c.correct(),
                        100 * c.accuracy())));
        return table.append(summary(confusion)).toString();
    }

    /** The overall figures on one line. */
    public static String summary(ConfusionMatrix confusion) {
        return String.format(
                Locale.ROOT,
                "accuracy %.2f %%, macro recall %.2f %%, %,d images%n",
                100 * confusion.accuracy(),
                100 * confusion.macroRecall(),
                confusion.images());
    }

    /** The most frequent confusions of one class with another, one a line. */
    public static String worstConfusions(ConfusionMatrix confusion) {
        record Confused(String truth, String label, long images) {}
        long[][] counts = confusion.counts();
        StringBuilder lines = new StringBuilder();
        IntStream.range(0, counts.length)
                .boxed()
                .flatMap(i -> IntStream.range(0, counts.length)
                        .filter(j -> j != i && counts[i][j] > 0)
                        .mapToObj(j -> new Confused(
                                confusion.classes().get(i), confusion.classes().get(j), counts[i][j])))
                .sorted(Comparator.comparing((Confused c) -> -c.images()))
                .limit(CONFUSIONS_SHOWN)
                .forEach(c -> lines.append(
                        String.format(Locale.ROOT, "%,8d  %s taken for %s%n", c.images(), c.truth(), c.label())));
        return lines.toString();
    }
}
