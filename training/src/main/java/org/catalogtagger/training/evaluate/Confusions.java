package org.catalogtagger.training.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.ConfusionMatrix;

/** Which classes are taken for which others. */
public final class Confusions {
    private Confusions() {}

    /**
     * Images of one class that were given the label of another.
     *
     * @param truth the index of their class
     * @param answer the index of the other
     */
    public record Confusion(int truth, int answer, long images) {}

    /** The most frequent confusions, the most frequent first. */
    public static List<Confusion> worst(ConfusionMatrix confusion, int limit) {
        long[][] counts = confusion.counts();
        return IntStream.range(0, counts.length)
                .boxed()
                .flatMap(i -> IntStream.range(0, counts.length)
                        .filter(j -> j != i && counts[i][j] > 0)
                        .mapToObj(j -> new Confusion(i, j, counts[i][j])))
                .sorted(Comparator.comparing((Confusion c) -> -c.images()))
                .limit(limit)
                .toList();
    }
}
