package org.catalogtagger.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.bundle.ModelDescription;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.dataset.LabelledImages.Image;
import org.catalogtagger.training.evaluate.Confusions;
import org.catalogtagger.training.evaluate.Confusions.Confusion;

/**
 * The report of a training run: a directory with {@code index.html}, which needs no other file and no network,
 * {@code metrics.json}, and the charts as PNG.
 */
public final class TrainingReport {
    /** The report's directory in the bundle's. */
    public static final String DIRECTORY = "report";

    private static final int SAMPLES = 24;
    private static final int CONFUSIONS = 12;
    private static final int EXAMPLES = 8;

    private final TrainedModel model;
    private final ModelDescription description;
    private final Metrics metrics;
    private final ImageSize size;

    private TrainingReport(TrainedModel model, ModelDescription description) {
        this.model = model;
        this.description = description;
        this.metrics = Metrics.of(model, description.modelVersion(), description.provenance());
        this.size = description.input().size();
    }

    /**
     * Saves a model's bundle with the report of its training in it.
     *
     * @param out the bundle's directory
     * @throws IOException if it cannot be written; an earlier bundle there is then intact
     */
    public static ModelBundle saveWithReport(TrainedModel model, Path out) throws IOException {
        return model.save(out, (description, directory) -> new TrainingReport(model, description)
                .write(Files.createDirectories(directory.resolve(DIRECTORY))));
    }

    /**
     * Writes the report alone, of a model that is not to be kept.
     *
     * @param directory of the report; made if there is none
     */
    public static void write(TrainedModel model, Path directory) throws IOException {
        new TrainingReport(model, model.description()).write(Files.createDirectories(directory));
    }

    /** An image with the class that it is of, and the one that it was taken for. */
    public record Example(String picture, String title) {}

    /** The images of one class that were taken for another. */
    public record ConfusionExamples(String truth, String answer, long images, List<Example> examples) {}

    /** A cell of the confusion matrix. */
    public record Cell(int column, long images, int percent) {}

    private void write(Path directory) throws IOException {
        Map<String, byte[]> charts = charts();
        Map<String, String> pictures = new HashMap<>();
        for (Map.Entry<String, byte[]> chart : charts.entrySet()) {
            Files.write(directory.resolve(chart.getKey() + ".png"), chart.getValue());
            pictures.put(chart.getKey(), Pictures.png(chart.getValue()));
        }
        Json.write(directory.resolve("metrics.json"), metrics);
        Map<String, Object> values = new HashMap<>();
        values.put("metrics", metrics);
        values.put("description", description);
        values.put("architecture", description.architecture().orElseThrow());
        values.put("members", description.members());
        values.put("settings", flat("", Json.MAPPER.valueToTree(model.run().recipe())));
        values.put("charts", pictures);
        values.put("samples", samples(model.split().train(), model.data().classes(), size, SAMPLES));
        values.put("seed", model.run().seed());
        values.put("confusions", confusionExamples());
        values.put("matrix", matrix());
        values.put("counts", counts());
        values.put("skipped", model.data().unreadable().size());
        Page.write(directory.resolve("index.html"), "report.ftlh", values);
    }

    private Map<String, byte[]> charts() {
        Map<String, byte[]> charts = new LinkedHashMap<>();
        List<String> classes = model.data().classes();
        charts.put(
                "classes",
                Charts.classDistribution(
                        classes,
                        perClass(model.split().train()),
                        perClass(model.split().test())));
        charts.put("loss", Charts.loss(metrics.history()));
        charts.put("accuracy", Charts.accuracy(metrics.history(), metrics.accuracy()));
        charts.put("class-accuracy", Charts.classAccuracy(metrics.classes()));
        charts.put("confusion", Charts.confusion(model.evaluation().confusion()));
        charts.put("calibration", Charts.calibration(metrics.calibration()));
        return charts;
    }

    private List<Integer> perClass(List<Image> images) {
        int[] counts = new int[model.data().classes().size()];
        images.forEach(image -> counts[image.label()]++);
        return Arrays.stream(counts).boxed().toList();
    }

    private Map<String, List<Integer>> counts() {
        return Map.of(
                "train",
                perClass(model.split().train()),
                "test",
                perClass(model.split().test()));
    }

    /**
     * Images with their classes, drawn at random, each of another class as far as there are classes.
     *
     * @param size of the images
     * @param count of those that are drawn, if there are as many
     */
    public static List<Example> samples(List<Image> images, List<String> classes, ImageSize size, int count)
            throws IOException {
        List<Image> shuffled = new ArrayList<>(images);
        Collections.shuffle(shuffled, new Random(0));
        Map<Integer, Image> byClass = new LinkedHashMap<>();
        shuffled.forEach(image -> byClass.putIfAbsent(image.label(), image));
        Set<Image> chosen = new LinkedHashSet<>(byClass.values());
        chosen.addAll(shuffled.subList(0, Math.min(2 * count, shuffled.size())));
        List<Example> samples = new ArrayList<>();
        for (Image image : chosen.stream().limit(count).toList()) {
            samples.add(new Example(Pictures.of(image, size), classes.get(image.label())));
        }
        return samples;
    }

    private List<ConfusionExamples> confusionExamples() throws IOException {
        List<ConfusionExamples> all = new ArrayList<>();
        List<Image> images = model.evaluation().images();
        for (Confusion confusion : Confusions.worst(model.evaluation().confusion(), CONFUSIONS)) {
            int[] confused = IntStream.range(0, images.size())
                    .filter(i -> images.get(i).label() == confusion.truth()
                            && model.evaluation().predictions().get(i).best() == confusion.answer())
                    .limit(EXAMPLES)
                    .toArray();
            List<Example> examples = new ArrayList<>();
            for (int i : confused) {
                float sure = model.evaluation().predictions().get(i).probability(confusion.answer());
                String title = String.format(
                        Locale.ROOT, "%s, %.0f %% sure", images.get(i).entry().productId(), 100 * sure);
                examples.add(new Example(Pictures.of(images.get(i), size), title));
            }
            all.add(new ConfusionExamples(
                    className(confusion.truth()), className(confusion.answer()), confusion.images(), examples));
        }
        return all;
    }

    /** The rows of the confusion matrix. */
    private List<List<Cell>> matrix() {
        return Arrays.stream(metrics.confusionMatrix())
                .map(row -> {
                    long sum = Math.max(1, Arrays.stream(row).sum());
                    return IntStream.range(0, row.length)
                            .mapToObj(i -> new Cell(i, row[i], (int) Math.round(100.0 * row[i] / sum)))
                            .toList();
                })
                .toList();
    }

    private String className(int label) {
        return model.data().classes().get(label);
    }

    /** Settings within settings as {@code optimizer.kind}. */
    private static Map<String, String> flat(String prefix, JsonNode settings) {
        Map<String, String> flat = new LinkedHashMap<>();
        settings.properties().forEach(field -> {
            String name = prefix + field.getKey();
            if (field.getValue().isObject()) {
                flat.putAll(flat(name + ".", field.getValue()));
            } else {
                flat.put(
                        name,
                        field.getValue().isTextual()
                                ? field.getValue().asText()
                                : field.getValue().toString());
            }
        });
        return flat;
    }
}
