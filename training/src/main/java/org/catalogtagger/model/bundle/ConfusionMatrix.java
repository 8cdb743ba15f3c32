package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.catalogtagger.model.image.ImageNames;

/** How often images of each class were given each label. Rows are the true classes, columns the predicted ones. */
@JsonIgnoreProperties(
        value = {"images", "accuracy", "macroRecall", "perClass"},
        allowGetters = true)
@JsonPropertyOrder({"images", "accuracy", "macroRecall", "classes", "perClass", "confusionMatrix"})
public final class ConfusionMatrix {
    /** Of one count: the sum of as many as there are classes at most, squared, is still a long. */
    private static final long MOST = 100_000_000_000L;

    private final List<String> classes;
    private final long[][] counts;

    public ConfusionMatrix(List<String> classes) {
        this(classes, new long[classes.size()][classes.size()]);
    }

    /**
     * A matrix with counts.
     *
     * @throws IllegalArgumentException if the counts are not one row and one column per class, or one is negative
     */
    @JsonCreator
    public ConfusionMatrix(
            @JsonProperty(value = "classes", required = true) List<String> classes,
            @JsonProperty(value = "confusionMatrix", required = true) long[][] counts) {
        Names.requirePresent("classes", classes).forEach(label -> Names.requirePresent("a class", label));
        this.classes = classes.stream().map(ImageNames::composed).toList();
        Names.requirePresent("confusionMatrix", counts);
        if (counts.length != classes.size()
                || Arrays.stream(counts).anyMatch(row -> row == null || row.length != classes.size())
                || Arrays.stream(counts).flatMapToLong(Arrays::stream).anyMatch(count -> count < 0 || count > MOST)) {
            throw new IllegalArgumentException(
                    "the confusion matrix must be %d rows of %1$d counts from 0 to %,d, one per class"
                            .formatted(classes.size(), MOST));
        }
        this.counts = Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    /** Counts one image. */
    public void add(int trueClass, int predictedClass) {
        counts[trueClass][predictedClass]++;
    }

    @JsonProperty
    public List<String> classes() {
        return classes;
    }

    @JsonProperty("confusionMatrix")
    public long[][] counts() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    @JsonProperty
    public long images() {
        return perClass().stream().mapToLong(ClassAccuracy::support).sum();
    }

    /** The share of all images that were labelled right, 0 to 1; 0 where there are none. */
    @JsonProperty
    public double accuracy() {
        long images = images();
        long correct = perClass().stream().mapToLong(ClassAccuracy::correct).sum();
        return images == 0 ? 0 : (double) correct / images;
    }

    /** The mean of the accuracies of the classes that have images, 0 to 1: every class counts the same. */
    @JsonProperty
    public double macroRecall() {
        return perClass().stream()
                .filter(c -> c.support() > 0)
                .mapToDouble(ClassAccuracy::accuracy)
                .average()
                .orElse(0);
    }

    /**
     * The class that every image was given, if they were all given the same though they are of several: the mark of a model
     * that learned nothing.
     */
    public Optional<String> constantAnswer() {
        if (perClass().stream().filter(c -> c.support() > 0).count() < 2) {
            return Optional.empty();
        }
        List<Integer> answers = IntStream.range(0, classes.size())
                .filter(answer -> Arrays.stream(counts).anyMatch(row -> row[answer] > 0))
                .boxed()
                .toList();
        return answers.size() == 1 ? Optional.of(classes.get(answers.get(0))) : Optional.empty();
    }

    /** One line per class, in the classes' order. */
    @JsonProperty
    public List<ClassAccuracy> perClass() {
        return IntStream.range(0, classes.size())
                .mapToObj(i -> new ClassAccuracy(
                        classes.get(i), Arrays.stream(counts[i]).sum(), counts[i][i]))
                .toList();
    }

    /**
     * How one class fared.
     *
     * @param support images that truly are of the class
     * @param correct those of them that were labelled so
     */
    public record ClassAccuracy(String label, long support, long correct) {
        /** Recall of the class, 0 to 1; 0 without images. */
        @JsonProperty
        public double accuracy() {
            return support == 0 ? 0 : (double) correct / support;
        }
    }
}
