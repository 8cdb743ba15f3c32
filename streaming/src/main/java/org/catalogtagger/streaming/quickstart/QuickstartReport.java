package org.catalogtagger.streaming.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.catalogtagger.model.bundle.ConfusionMatrix;
import org.catalogtagger.streaming.job.JobFigures;
import org.catalogtagger.training.commands.AccuracyTable;
import org.catalogtagger.training.commands.Findings;

/**
 * What the quickstart found.
 *
 * @param confusion tags against the labels of the published images
 * @param subtasks which shared the work
 * @param windows of the accuracy topic, if the job has closed them
 */
record QuickstartReport(
        String modelVersion,
        ConfusionMatrix confusion,
        long published,
        Outcome outcome,
        JobFigures speed,
        int subtasks,
        Optional<ReportedAccuracy> windows) {
    private static final int TAGS_SHOWN = 5;

    /**
     * Compares the tags with the truth.
     *
     * @param truth label by product id
     */
    static QuickstartReport of(
            String modelVersion,
            Map<String, String> truth,
            Outcome outcome,
            JobFigures speed,
            int subtasks,
            Optional<ReportedAccuracy> windows) {
        TreeSet<String> names = new TreeSet<>(truth.values());
        outcome.tags().values().forEach(tag -> names.add(labelOf(tag)));
        List<String> classes = new ArrayList<>(names);
        ConfusionMatrix confusion = new ConfusionMatrix(classes);
        outcome.tags().forEach((productId, tag) -> {
            String label = truth.get(productId);
            if (label != null) {
                confusion.add(classes.indexOf(label), classes.indexOf(labelOf(tag)));
            }
        });
        return new QuickstartReport(modelVersion, confusion, truth.size(), outcome, speed, subtasks, windows);
    }

    /** Every published event gave exactly one tag or one rejection. */
    boolean nothingLostOrDoubled() {
        return outcome.tagRecords() == outcome.tags().size()
                && outcome.rejectedRecords() == outcome.rejections().size()
                && outcome.tagRecords() + outcome.rejectedRecords() == published;
    }

    double imagesPerSecond() {
        return speed.seconds() > 0 ? outcome.tagRecords() / speed.seconds() : 0;
    }

    /** The share of the subtasks' time that the model's forward passes took, 0 to 1. */
    double modelShare() {
        return share(speed.forwardSeconds());
    }

    /** The share of the subtasks' time that decoding took, 0 to 1. */
    double decodeShare() {
        return share(speed.decodeSeconds());
    }

    ObjectNode toJson() {
        ObjectNode json = Findings.of(confusion, modelVersion);
        json.put("published", published);
        json.put("tagged", outcome.tagRecords());
        json.put("rejected", outcome.rejectedRecords());
        json.put("imagesPerSecond", imagesPerSecond());
        json.put("modelShare", modelShare());
        json.put("decodeShare", decodeShare());
        windows.ifPresent(reported -> json.putObject("windows")
                .put("count", reported.windows())
                .put("images", reported.support())
                .put("correct", reported.correct()));
        return json;
    }

    /** The last tags, the accuracy per class, the sums and the speed. */
    void print(PrintStream out) {
        out.println("the last tags:");
        outcome.lastTags(TAGS_SHOWN)
                .forEach(tag -> out.printf(
                        Locale.ROOT,
                        "  %-10s %-24s %5.1f %%%n",
                        tag.path("productId").asText(),
                        labelOf(tag),
                        100 * tag.path("confidence").asDouble()));
        out.println();
        out.print(AccuracyTable.of(confusion));
        windows.ifPresent(reported -> out.printf(
                Locale.ROOT,
                "%s %s of %,d labelled images in %d window(s): %,d correct%n",
                reported.topic(),
                agrees(reported) ? "says the same" : "differs, it tells",
                reported.support(),
                reported.windows(),
                reported.correct()));
        outcome.reasons().forEach((reason, count) -> out.printf(Locale.ROOT, "rejected as %s: %,d%n", reason, count));
        out.printf(
                Locale.ROOT,
                "%,d published = %,d tagged + %,d rejected%n",
                published,
                outcome.tagRecords(),
                outcome.rejectedRecords());
        out.printf(
                Locale.ROOT,
                "%,.0f images/s from the first event to the last tag, start-up of the JVM's compiler included;"
                        + " %.0f %% of the subtasks' time in the model, %.0f %% in decoding%n",
                imagesPerSecond(),
                100 * modelShare(),
                100 * decodeShare());
    }

    private boolean agrees(ReportedAccuracy reported) {
        long correct = 0;
        for (ConfusionMatrix.ClassAccuracy of : confusion.perClass()) {
            correct += of.correct();
        }
        return reported.support() == confusion.images() && reported.correct() == correct;
    }

    private double share(double seconds) {
        return speed.seconds() > 0 ? seconds / (speed.seconds() * subtasks) : 0;
    }

    private static String labelOf(JsonNode tag) {
        return tag.path("label").asText();
    }
}
