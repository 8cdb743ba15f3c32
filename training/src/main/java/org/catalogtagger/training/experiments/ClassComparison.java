package org.catalogtagger.training.experiments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;
import org.catalogtagger.training.report.Pictures;
import org.catalogtagger.training.report.PublishedCharts;

/**
 * The classes of the images: how many there are of each, and how right one run is on it, published and measured here.
 *
 * @param run the one whose accuracy per class was published, if there is one
 * @param rows a row a class, those of either side
 */
public record ClassComparison(Optional<String> run, List<Row> rows) {
    public ClassComparison {
        rows = List.copyOf(rows);
    }

    /**
     * One class.
     *
     * @param difference of the accuracy here from the published one
     */
    public record Row(
            String label,
            OptionalLong publishedTrain,
            OptionalLong train,
            OptionalLong publishedTest,
            OptionalLong test,
            OptionalDouble publishedAccuracy,
            Optional<Spread> accuracy,
            Optional<Difference> difference) {}

    /** What is published and done. */
    static ClassComparison of(Plan plan, Map<String, Repeats> results) {
        Map<String, ClassCounts> published = plan.publishedClasses();
        Optional<String> run = plan.runs().stream()
                .filter(some ->
                        some.published().orElse(Published.NOTHING).classes().equals(published))
                .filter(some -> !published.isEmpty())
                .map(Plan.PlannedRun::name)
                .findFirst();
        Optional<Repeats> own = run.map(results::get);
        // All runs have one split.
        Map<String, ClassCounts> images = results.values().stream()
                .map(repeats -> repeats.first().classes())
                .filter(classes -> !classes.isEmpty())
                .findFirst()
                .orElse(Map.of());
        TreeSet<String> labels = new TreeSet<>(published.keySet());
        labels.addAll(images.keySet());
        return new ClassComparison(
                run,
                labels.stream()
                        .map(label -> row(
                                label,
                                Optional.ofNullable(published.get(label)),
                                Optional.ofNullable(images.get(label)),
                                own.flatMap(repeats -> repeats.accuracyOf(label))))
                        .toList());
    }

    private static Row row(
            String label, Optional<ClassCounts> published, Optional<ClassCounts> images, Optional<Spread> accuracy) {
        Optional<Difference> difference = published
                .filter(counts -> counts.test() > 0)
                .flatMap(before -> accuracy.map(now -> Difference.ofShares(
                        now.mean(), images.orElseThrow().test(), before.accuracy(), before.test())));
        return new Row(
                label,
                count(published, ClassCounts::train),
                count(images, ClassCounts::train),
                count(published, ClassCounts::test),
                count(images, ClassCounts::test),
                published.map(counts -> OptionalDouble.of(counts.accuracy())).orElse(OptionalDouble.empty()),
                accuracy,
                difference);
    }

    private static OptionalLong count(Optional<ClassCounts> counts, Function<ClassCounts, Long> part) {
        return counts.map(part).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** The training images of each class, if anything is known of them. */
    public Optional<String> trainChart() {
        return chart("training images", row -> boxed(row.publishedTrain()), row -> boxed(row.train()));
    }

    /** The test images of each class, if anything is known of them. */
    public Optional<String> testChart() {
        return chart("test images", row -> boxed(row.publishedTest()), row -> boxed(row.test()));
    }

    /** The accuracy on each class, if anything is known of it. */
    public Optional<String> accuracyChart() {
        return chart(
                "test accuracy, %",
                row -> row.publishedAccuracy().stream()
                        .mapToObj(share -> 100 * share)
                        .findFirst(),
                row -> row.accuracy().map(share -> 100 * share.mean()));
    }

    private static Optional<Double> boxed(OptionalLong count) {
        return count.stream().mapToObj(images -> (double) images).findFirst();
    }

    private Optional<String> chart(
            String figure, Function<Row, Optional<Double>> published, Function<Row, Optional<Double>> measured) {
        List<Double> before = values(published);
        List<Double> now = values(measured);
        return before.isEmpty() && now.isEmpty()
                ? Optional.empty()
                : Optional.of(Pictures.png(PublishedCharts.classes(
                        figure, rows.stream().map(Row::label).toList(), before, now)));
    }

    /** One per class, zero where it is not known; none if it is known of no class. */
    private List<Double> values(Function<Row, Optional<Double>> figure) {
        List<Optional<Double>> values = rows.stream().map(figure).toList();
        return values.stream().allMatch(Optional::isEmpty)
                ? List.of()
                : values.stream().map(value -> value.orElse(0.0)).toList();
    }
}
