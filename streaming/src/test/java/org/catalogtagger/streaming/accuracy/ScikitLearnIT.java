package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.catalogtagger.DebianPython;
import org.catalogtagger.model.bundle.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics beside scikit-learn's. */
class ScikitLearnIT {
    private static final int TAGS = 10_000;
    private static final int CLASSES = 12;
    private static final double TOLERANCE = 1e-9;

    private static final String SCRIPT =
            """
            import json, sys
            import numpy as np
            from sklearn import metrics
            rows = [line.rstrip("\\n").split("\\t") for line in open(sys.argv[1])]
            truth = [row[0] for row in rows]
            label = [row[1] for row in rows]
            names = sorted(set(truth) | set(label))
            precision, recall, f1, support = metrics.precision_recall_fscore_support(
                truth, label, labels=names, zero_division=0)
            confidence = np.array([float(row[4]) for row in rows])
            right = np.array([t == l for t, l in zip(truth, label)])
            bins = np.minimum((confidence * 15).astype(int), 14)
            error = sum(abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in range(15)) / len(rows)
            top = [np.mean([row[0] in row[1:2 + k] for row in rows]) for k in range(3)]
            print(json.dumps({
                "names": names, "precision": list(precision), "recall": list(recall), "f1": list(f1),
                "support": [int(s) for s in support], "accuracy": metrics.accuracy_score(truth, label),
                "macroRecall": metrics.recall_score(truth, label, labels=sorted(set(truth)), average="macro"),
                "confusion": metrics.confusion_matrix(truth, label, labels=names).tolist(),
                "calibrationError": error, "top": top}))
            """;

    @TempDir
    private Path folder;

    @Test
    void tenThousandTagsHaveTheMetricsThatScikitLearnGivesThem() throws Exception {
        String python = DebianPython.require("sklearn");
        Path file = folder.resolve("tags.tsv");
        AccuracyMetrics ours = AccuracyMetrics.of(randomTags(file).counts());

        Process process = new ProcessBuilder(python, "-c", SCRIPT, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode theirs;
        try (InputStream out = process.getInputStream()) {
            // To its end, or Python may still write the line's when nobody reads any more.
            theirs = Json.MAPPER.readTree(out.readAllBytes());
        }
        assertThat(process.waitFor()).isZero();

        assertThat(ours.support()).isEqualTo(TAGS);
        assertThat(ours.accuracy()).isCloseTo(theirs.path("accuracy").asDouble(), within(TOLERANCE));
        assertThat(ours.macroRecall()).isCloseTo(theirs.path("macroRecall").asDouble(), within(TOLERANCE));
        assertThat(ours.calibrationError())
                .isCloseTo(theirs.path("calibrationError").asDouble(), within(1e-6));
        for (int k = 0; k < 3; k++) {
            assertThat(ours.topAccuracy().get(k))
                    .isCloseTo(theirs.path("top").path(k).asDouble(), within(TOLERANCE));
        }
        List<ClassAccuracy> classes = ours.classes();
        assertThat(classes).hasSize(theirs.path("names").size());
        for (int i = 0; i < classes.size(); i++) {
            ClassAccuracy one = classes.get(i);
            assertThat(one.label()).isEqualTo(theirs.path("names").path(i).asText());
            assertThat(one.support()).isEqualTo(theirs.path("support").path(i).asLong());
            assertThat(one.recall()).isCloseTo(theirs.path("recall").path(i).asDouble(), within(TOLERANCE));
            assertThat(one.precision())
                    .isCloseTo(theirs.path("precision").path(i).asDouble(), within(TOLERANCE));
            assertThat(one.f1()).isCloseTo(theirs.path("f1").path(i).asDouble(), within(TOLERANCE));
            for (int j = 0; j < classes.size(); j++) {
                assertThat(ours.counts().count(one.label(), classes.get(j).label()))
                        .isEqualTo(theirs.path("confusion").path(i).path(j).asLong());
            }
        }
    }

    /** Classes of unequal size, one that is never tagged and one that is never true. */
    private static AccuracyCounter randomTags(Path file) throws Exception {
        Random random = new Random(1);
        AccuracyCounter counter = new AccuracyCounter();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < TAGS; i++) {
            String truth = "class " + (int) (CLASSES * Math.pow(random.nextDouble(), 2));
            List<String> top = new ArrayList<>(
                    IntStream.range(1, CLASSES + 1).mapToObj(c -> "class " + c).toList());
            Collections.shuffle(top, random);
            if (random.nextDouble() < 0.6 && top.remove(truth)) {
                top.add(0, truth);
            }
            float confidence = random.nextFloat();
            TagOutcome tag = new TagOutcome("v1", "", i, confidence, List.copyOf(top.subList(0, 3)), 0.8f, 200, false);
            counter.countTagged(tag);
            counter.countLabelled(tag, truth, SampledTags.NOT_DECLARED, 0, 1);
            lines.add(String.join("\t", truth, String.join("\t", tag.top()), Double.toString(confidence)));
        }
        Files.write(file, lines);
        return counter;
    }
}
