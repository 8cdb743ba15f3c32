package org.catalogtagger.training.report;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.catalogtagger.Chromium;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.TrainedModel;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.fit.FitListener;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a browser. */
class TrainingReportIT {
    @TempDir
    private Path folder;

    @Test
    void thePageShowsTheFiguresOfTheRun() throws Exception {
        try (NDManager manager = PyTorch.newManager()) {
            TrainedModel model = new TrainingRun("small", SmallRun.recipe(), 0.25, 1)
                    .train(SmallRun.images(folder), manager, FitListener.SILENT, Optional.empty());
            ModelBundle bundle = TrainingReport.saveWithReport(model, folder.resolve("model"));
            Path report = folder.resolve("model/report");
            Document page = Chromium.open(report.resolve("index.html"));

            assertThat(page.select("h1").text()).isEqualTo(bundle.description().modelVersion());
            assertThat(text(page, "#accuracy"))
                    .isEqualTo(percent(bundle.evaluation().accuracy()));
            assertThat(text(page, "#macro-recall"))
                    .isEqualTo(percent(bundle.evaluation().macroRecall()));
            assertThat(matrix(page)).isEqualTo(bundle.evaluation().counts());
            assertThat(page.select("#history tbody tr")).hasSize(4);
            assertThat(page.select("#history tbody tr")
                            .get(3)
                            .select("td")
                            .get(1)
                            .text())
                    .isEqualTo(String.format(
                            Locale.ROOT, "%.4f", model.fit().history().get(3).loss()));
            assertThat(page.select("#class-table tbody tr")).hasSize(16);
            Element ties = page.expectFirst("#class-table tbody tr:contains(Ties)");
            assertThat(ties.select("td").get(6).text()).as("test images").isEqualTo("5");

            List<String> sources = new ArrayList<>();
            page.select("img").forEach(image -> sources.add(image.attr("src")));
            assertThat(sources).isNotEmpty().allMatch(source -> source.startsWith("data:image/png;base64,"));
            assertThat(page.select("script, link[rel=stylesheet]"))
                    .as("what the network would have to bring")
                    .isEmpty();
            assertThat(page.select(".pictures figure").size())
                    .as("sample images")
                    .isGreaterThanOrEqualTo(24);

            JsonNode metrics = Json.read(report.resolve("metrics.json"), JsonNode.class);
            assertThat(metrics.get("accuracy").asDouble())
                    .isEqualTo(bundle.evaluation().accuracy());
            assertThat(metrics.get("history")).hasSize(4);
            for (String chart : List.of("classes", "loss", "accuracy", "class-accuracy", "confusion", "calibration")) {
                Path png = report.resolve(chart + ".png");
                assertThat(Files.size(png)).isGreaterThan(5_000);
                assertThat(ImageIO.read(png.toFile()).getWidth()).isGreaterThanOrEqualTo(1000);
            }
            assertThat(ModelBundle.open(folder.resolve("model"))).isNotNull();
        }
    }

    private static long[][] matrix(Document page) {
        return page.select(".matrix tbody tr").stream()
                .map(row -> row.select("td").stream()
                        .mapToLong(cell -> cell.text().isEmpty() ? 0 : Long.parseLong(cell.text()))
                        .toArray())
                .toArray(long[][]::new);
    }

    private static String text(Document page, String query) {
        return page.select(query).text().replace('\u00a0', ' ');
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
    }
}
