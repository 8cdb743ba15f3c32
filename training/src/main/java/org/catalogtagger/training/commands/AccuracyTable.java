package org.catalogtagger.training.commands;

import java.util.Locale;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.training.evaluate.Confusions;
import org.catalogtagger.training.evaluate.Confusions.Confusion;

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
                        "%-" + width + "s  %,8d  %,8d  %9s%n",
                        c.label(),
                        c.support(),
                        c.correct(),
                        c.support() == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * c.accuracy()))));
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
        StringBuilder lines = new StringBuilder();
        for (Confusion confused : Confusions.worst(confusion, CONFUSIONS_SHOWN)) {
            lines.append(String.format(
                    Locale.ROOT,
                    "%,8d  %s taken for %s%n",
                    confused.images(),
                    confusion.classes().get(confused.truth()),
                    confusion.classes().get(confused.answer())));
        }
        return lines.toString();
    }
}
