package org.catalogtagger.training.compare;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.catalogtagger.model.Prediction;
import org.catalogtagger.model.Prediction.RankedLabel;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * What two models say of the same images.
 *
 * @param answers one per image
 */
public record ModelComparison(List<Answers> answers) {
    public ModelComparison {
        answers = List.copyOf(answers);
    }

    /**
     * An image that both models have seen.
     *
     * @param product whose it is, for people
     * @param place where it lies, for programs
     * @param truth its class, if it is known
     */
    public record Compared(Image image, String product, String place, Optional<String> truth) {}

    /** What two models say of one image. */
    public record Answers(Compared compared, RankedLabel first, RankedLabel second) {
        Optional<String> truth() {
            return compared.truth();
        }

        /** Whether the tag is another with the second model. */
        public boolean isChanged() {
            return !first.label().equals(second.label());
        }

        /** How sure both are, which is what makes a change worth a look: the product of the probabilities. */
        double sureness() {
            return (double) first.probability() * second.probability();
        }

        Outcome outcome() {
            if (truth().isEmpty()) {
                return Outcome.UNKNOWN;
            }
            if (second.label().equals(truth().get())) {
                return Outcome.BECOMES_RIGHT;
            }
            return first.label().equals(truth().get()) ? Outcome.BECOMES_WRONG : Outcome.STAYS_WRONG;
        }
    }

    /** What a change of a tag is, if the truth is known. */
    public enum Outcome {
        BECOMES_WRONG("becomes-wrong"),
        BECOMES_RIGHT("becomes-right"),
        STAYS_WRONG("stays-wrong"),
        UNKNOWN("unknown");

        private final String code;

        Outcome(String code) {
            this.code = code;
        }

        /** Its name in the CSV and in JSON. */
        public String code() {
            return code;
        }
    }

    /** How often one tag becomes another. */
    public record Swap(String from, String to, long images) {}

    /**
     * Compares answers.
     *
     * @param first predictions, one per image, in their order
     * @param second those of the other model
     */
    public static ModelComparison of(List<Compared> images, List<Prediction> first, List<Prediction> second) {
        if (first.size() != images.size() || second.size() != images.size()) {
            throw new IllegalArgumentException(
                    "%d images, but %d and %d predictions".formatted(images.size(), first.size(), second.size()));
        }
        List<Answers> answers = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            answers.add(new Answers(
                    images.get(i),
                    first.get(i).top(1).get(0),
                    second.get(i).top(1).get(0)));
        }
        return new ModelComparison(answers);
    }

    /** The tags that change, those of which both models are surest first. */
    public List<Answers> changes() {
        return answers.stream()
                .filter(Answers::isChanged)
                .sorted(Comparator.comparingDouble(Answers::sureness).reversed())
                .toList();
    }

    /** How many tags change so. */
    public long count(Outcome outcome) {
        return answers.stream()
                .filter(some -> some.isChanged() && some.outcome() == outcome)
                .count();
    }

    /** How many images the truth is known of. */
    public long labelled() {
        return answers.stream().filter(some -> some.truth().isPresent()).count();
    }

    /** The share that a model tags right of those of which the truth is known, 0 to 1, if there are any. */
    public Optional<Double> accuracy(boolean ofSecond) {
        if (labelled() == 0) {
            return Optional.empty();
        }
        long right = answers.stream()
                .filter(some -> some.truth()
                        .filter((ofSecond ? some.second() : some.first()).label()::equals)
                        .isPresent())
                .count();
        return Optional.of((double) right / labelled());
    }

    /** How likely a difference of accuracy as large as this is by chance, by McNemar's exact test. */
    public double probabilityByChance() {
        return McNemar.probability(count(Outcome.BECOMES_WRONG), count(Outcome.BECOMES_RIGHT));
    }

    /** Which tag becomes which, the most frequent first. */
    public List<Swap> swaps() {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        for (Answers change : changes()) {
            counts.computeIfAbsent(change.first().label(), from -> new TreeMap<>())
                    .merge(change.second().label(), 1L, Long::sum);
        }
        List<Swap> swaps = new ArrayList<>();
        counts.forEach((from, row) -> row.forEach((to, images) -> swaps.add(new Swap(from, to, images))));
        swaps.sort(Comparator.comparingLong(Swap::images).reversed());
        return swaps;
    }

    /** Writes the changes for a program or a spreadsheet. */
    public void writeCsv(Path file) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setHeader(
                        "path",
                        "truth",
                        "before",
                        "before_probability",
                        "after",
                        "after_probability",
                        "outcome",
                        "product_id")
                .get();
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CSVPrinter csv = new CSVPrinter(out, format)) {
            for (Answers change : changes()) {
                csv.printRecord(
                        change.compared().place(),
                        change.truth().orElse(""),
                        change.first().label(),
                        String.format(Locale.ROOT, "%.4f", change.first().probability()),
                        change.second().label(),
                        String.format(Locale.ROOT, "%.4f", change.second().probability()),
                        change.outcome().code(),
                        change.compared().product());
            }
        }
    }
}
