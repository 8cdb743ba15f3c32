package org.catalogtagger.streaming.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.catalogtagger.Chromium;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.model.network.PyTorch;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.training.SmallRun;
import org.catalogtagger.training.TrainingRun;
import org.catalogtagger.training.fit.FitListener;
import org.catalogtagger.training.report.TrainingReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The page in a browser, over the topics of a real job. */
class WatchPageIT {
    private static final String TURNED = "Ties";

    /** Labels of known probability. */
    private static final int SAMPLED = 40;

    @TempDir
    private Path folder;

    private long eventTime = Instant.now().minus(Duration.ofMinutes(30)).toEpochMilli();
    private int sent;

    @Test
    void showsWhatTheTopicsHoldAndADriftThatAppears() throws Exception {
        Path program = Chromium.program();
        Path driver = Chromium.driver();
        ModelBundle model = model();
        ImageFolder catalogue = ImageFolder.scan(folder.resolve("images"));
        try (RunningJob job = RunningJob.start(folder, model, (settings, unchanged) -> unchanged);
                Watch watch = new Watch(
                        job.settings.kafka(), Instant.now().minus(Duration.ofHours(1)), "127.0.0.1", List.of(), 0);
                Browser browser = new Browser(program, driver);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", job.kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            browser.open(watch.address() + "?windows=360");
            for (ImageFolder.Entry image : catalogue.images()) {
                send(
                        producer,
                        Files.readAllBytes(image.file()),
                        label(catalogue, image),
                        sent % 2 == 0 ? "north" : "south");
            }
            send(producer, "no image".getBytes(UTF_8), "Shirts", "north");
            closeWindows(producer, catalogue);

            browser.await("the rejected event", page -> page.text("#reasons").contains("unsupported-format 1"));
            browser.await("pictures", page -> page.pictures() >= 10);
            browser.await(
                    "all labels",
                    page -> page.support() == support(job, window -> true, "")
                            && page.support() >= catalogue.images().size());
            assertThat(browser.rows()).hasSize(16).allMatch(row -> row.contains("%"));
            assertThat(browser.text("#accuracy")).isEqualTo(percent(accuracy(job)));
            assertThat(browser.confusion()).isEqualTo(browser.support());
            assertThat(browser.text("#models")).contains(model.description().modelVersion() + " (now)");
            assertThat(browser.text("#accuracy-note"))
                    .as("the test's accuracy is known")
                    .contains("to the test");
            assertThat(browser.text("#alert-list")).contains("no drift");
            assertThat(browser.rows())
                    .as("how soon a fall shows")
                    .allMatch(row -> row.matches("(?s).* labels|.*needs [0-9,]+ more"));

            browser.choose("segment", "south");
            browser.await(
                    "one segment's labels",
                    page -> page.support() == support(job, window -> true, "south") && page.support() > 100);
            browser.choose("label", TURNED);
            browser.await("one class", page -> page.rows().size() == 1);
            assertThat(browser.rows().get(0)).startsWith(TURNED);
            browser.await(
                    "one class' tags",
                    page -> page.pictures() > 0
                            && page.texts("#tags figcaption").allMatch(caption -> caption.contains(TURNED)));
            browser.click("#filter button[type=reset]");
            browser.await("all classes", page -> page.rows().size() == 16);

            List<ImageFolder.Entry> others = catalogue.images().stream()
                    .filter(image -> !label(catalogue, image).equals(TURNED))
                    .limit(250)
                    .toList();
            for (ImageFolder.Entry image : others) {
                send(producer, Files.readAllBytes(image.file()), TURNED, "north");
            }
            closeWindows(producer, catalogue);
            browser.await("the alert", page -> page.text("#alert-list").contains("accuracy of " + TURNED));
            assertThat(Integer.parseInt(browser.text("#open-alerts"))).isPositive();
            browser.await(
                    "pictures of before and since, side by side",
                    page -> page.texts("#alert-list .side > span").toList().containsAll(List.of("before", "since then"))
                            && page.picturesOfAlerts() >= 2);
            browser.await("the class is marked", page -> page.rows().stream()
                    .anyMatch(row -> row.startsWith(TURNED) && row.contains("−")));

            for (ImageFolder.Entry image : catalogue.images().subList(0, SAMPLED)) {
                send(
                        producer,
                        Files.readAllBytes(image.file()),
                        label(catalogue, image),
                        "north",
                        new RecordHeader("label-probability", "0.5".getBytes(UTF_8)));
            }
            closeWindows(producer, catalogue);
            browser.await("the accuracy of all tags", page -> page.text("#accuracy-note")
                    .contains("by " + SAMPLED + " labels of known probability"));
            assertThat(browser.text("#accuracy")).as("nearly all have a label").isEqualTo(percent(accuracy(job)));
            assertThat(browser.text("#accuracy-note"))
                    .contains("; by " + SAMPLED + " labels of known probability: " + percent(sampledAccuracy(job)));

            String selection =
                    """
                    {"status": "open", "kind": "label-selection", "referenceValue": 0.8, "currentValue": 0.6, "change": -0.2,
                     "reference": "all-tags", "detector": "d", "evidence": "e", "observations": 200, "since": "2026-01-31T08:00:00Z",
                     "sinceEarliest": "2026-01-31T07:58:00Z", "sinceLatest": "2026-01-31T08:05:00Z", "at": "2026-01-31T09:00:00Z", "modelVersion": "%s"}
                    """
                            .formatted(model.description().modelVersion());
            producer.send(new ProducerRecord<>("drift-alerts", "selection".getBytes(UTF_8), selection.getBytes(UTF_8)))
                    .get();
            browser.await("labels that were chosen", page -> page.text("#accuracy-note")
                    .contains("no random sample"));
            browser.await("between when and when it began", page -> page.text("#alert-list")
                    .matches("(?s).*since [^(]+\\([^)]+ to [^)]+\\).*"));
            assertThat(browser.problems()).isEmpty();
        }
    }

    private ModelBundle model() throws Exception {
        try (NDManager manager = PyTorch.newManager()) {
            return TrainingReport.saveWithReport(
                    new TrainingRun("small", SmallRun.recipe("epochs: 12"), 0.25, 1)
                            .train(SmallRun.images(folder), manager, FitListener.SILENT, Optional.empty()),
                    folder.resolve("model"));
        }
    }

    private static String label(ImageFolder catalogue, ImageFolder.Entry image) {
        return catalogue.classes().get(image.classIndex());
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer, byte[] image, String label, String segment, Header... more)
            throws Exception {
        eventTime += 1000;
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>("product-images", null, eventTime, ("p" + sent++).getBytes(UTF_8), image);
        event.headers().add("label", label.getBytes(UTF_8));
        event.headers().add("segment", segment.getBytes(UTF_8));
        List.of(more).forEach(event.headers()::add);
        producer.send(event).get();
    }

    /** By images without labels that come later, in each partition. */
    private void closeWindows(KafkaProducer<byte[], byte[]> producer, ImageFolder catalogue) throws Exception {
        eventTime += 120_000;
        byte[] image = Files.readAllBytes(catalogue.images().get(0).file());
        for (int partition = 0; partition < 2; partition++) {
            producer.send(new ProducerRecord<>(
                            "product-images", partition, eventTime, ("p" + sent++).getBytes(UTF_8), image))
                    .get();
        }
    }

    /** Each as it was corrected last. */
    private static Collection<JsonNode> windows(RunningJob job) {
        Map<List<String>, JsonNode> windows = new LinkedHashMap<>();
        CommittedRecords.readAll(job.kafka.bootstrapServers(), "accuracy-metrics")
                .forEach(found -> {
                    try {
                        JsonNode window = Json.MAPPER.readTree(found.value());
                        windows.put(
                                List.of(
                                        window.path("windowStart").asText(),
                                        window.path("segment").asText("")),
                                window);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return windows.values();
    }

    private static int support(RunningJob job, Predicate<JsonNode> which, String segment) {
        return windows(job).stream()
                .filter(which)
                .filter(window -> window.path("segment").asText("").equals(segment))
                .mapToInt(window -> window.path("support").asInt())
                .sum();
    }

    private static double accuracy(RunningJob job) {
        double correct = windows(job).stream()
                .filter(window -> window.path("segment").isMissingNode())
                .mapToInt(window -> window.path("correct").asInt())
                .sum();
        return correct / support(job, window -> true, "");
    }

    /** Each window tells of all its tags. */
    private static double sampledAccuracy(RunningJob job) {
        double right = 0;
        double tagged = 0;
        for (JsonNode window : windows(job)) {
            if (window.path("segment").isMissingNode() && window.has("sampled")) {
                right += window.path("sampled").path("accuracy").asDouble()
                        * window.path("tagged").asInt();
                tagged += window.path("tagged").asInt();
            }
        }
        return right / tagged;
    }

    private static String percent(double share) {
        return String.format(java.util.Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** Chromium, and what the page holds. */
    private static final class Browser implements AutoCloseable {
        private final ChromeDriver chrome;

        Browser(Path program, Path driver) {
            ChromeOptions options = new ChromeOptions();
            options.setBinary(program.toFile());
            options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,2400");
            chrome = new ChromeDriver(
                    new ChromeDriverService.Builder()
                            .usingDriverExecutable(driver.toFile())
                            .build(),
                    options);
        }

        void open(String address) {
            chrome.get(address);
        }

        void await(String what, Predicate<Browser> condition) throws InterruptedException {
            RunningJob.await(what, () -> {
                try {
                    return condition.test(this);
                } catch (org.openqa.selenium.StaleElementReferenceException e) {
                    // The page has just drawn it anew.
                    return false;
                }
            });
        }

        String text(String css) {
            return chrome.findElement(By.cssSelector(css)).getText();
        }

        Stream<String> texts(String css) {
            return chrome.findElements(By.cssSelector(css)).stream().map(WebElement::getText);
        }

        List<String> rows() {
            return texts("#classes tbody tr").toList();
        }

        /** Pictures that have been loaded. */
        long pictures() {
            return number("return [...document.querySelectorAll('#tags img')].filter(i => i.naturalWidth > 0).length");
        }

        long picturesOfAlerts() {
            return number(
                    "return [...document.querySelectorAll('#alert-list img')].filter(i => i.naturalWidth > 0).length");
        }

        long support() {
            return number("return [...document.querySelectorAll('#classes tbody tr')]"
                    + ".reduce((sum, row) => sum + Number(row.cells[5].textContent.replace(',', '')), 0)");
        }

        long confusion() {
            return number("return [...document.querySelectorAll('#confusion td')]"
                    + ".reduce((sum, cell) => sum + Number(cell.dataset.count), 0)");
        }

        private long number(String script) {
            return ((Number) java.util.Objects.requireNonNull(chrome.executeScript(script))).longValue();
        }

        void choose(String field, String value) {
            click("select[name=" + field + "] option[value='" + value + "']");
        }

        void click(String css) {
            chrome.findElement(By.cssSelector(css)).click();
        }

        List<String> problems() {
            return chrome.manage().logs().get("browser").getAll().stream()
                    .map(Object::toString)
                    .toList();
        }

        @Override
        public void close() {
            chrome.quit();
        }
    }
}
