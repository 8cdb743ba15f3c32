package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.catalogtagger.streaming.kafka.AccuracyTopicIT.counted;
import static org.catalogtagger.streaming.kafka.AccuracyTopicIT.sendRaw;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags that the job draws for an audit, and the accuracy of all by their labels. */
class AuditIT {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // Drawn by each test.
    private ImageFolder catalogue;

    private void drawSample(int ofEach) throws IOException {
        SampleCatalogue.write(folder.resolve("sample"), ofEach, 1);
        catalogue = ImageFolder.scan(folder.resolve("sample"));
    }

    private int count() {
        return catalogue.images().size();
    }

    private RunningJob start(String settings) throws Exception {
        return RunningJob.start(
                folder, TinyModel.save(folder.resolve("model"), 1), (unchanged, same) -> same, settings);
    }

    private List<ConsumerRecord<byte[], byte[]>> tagsOfAll(String kafka, boolean labels, double perSecond)
            throws Exception {
        try (ImagePublisher publisher = new ImagePublisher(kafka, Map.of(), "product-images")) {
            publisher.publish(catalogue.images(), catalogue.classes(), labels, perSecond, sent -> {});
        }
        RunningJob.await(
                "all tags",
                () -> CommittedRecords.readAll(kafka, "product-tags").size() >= count());
        return CommittedRecords.readAll(kafka, "product-tags");
    }

    /** A number of all windows' {@code sampled}. */
    private static int sampled(String kafka, String field) {
        return AccuracyTopicIT.lastRevisions(kafka).stream()
                .mapToInt(window -> window.path("sampled").path(field).asInt())
                .sum();
    }

    /** Half of the products are drawn for an audit, and all of those are labelled; of the others, some whose chance is declared. */
    @Test
    void auditsAndLabelsOfKnownProbabilityTellTheAccuracyOfAll() throws Exception {
        drawSample(20);
        try (RunningJob job = start("audit: {share: 50 %}")) {
            String kafka = job.kafka.bootstrapServers();
            List<ConsumerRecord<byte[], byte[]>> tags = tagsOfAll(kafka, false, 0);
            Set<String> drawn = new HashSet<>();
            for (ConsumerRecord<byte[], byte[]> tag : tags) {
                boolean isDrawn = tag.headers().lastHeader("audit") != null;
                assertThat(Json.MAPPER.readTree(tag.value()).path("audit").asBoolean())
                        .isEqualTo(isDrawn);
                if (isDrawn) {
                    drawn.add(new String(tag.key(), UTF_8));
                }
            }
            assertThat(drawn.size()).isBetween(count() / 4, count() * 3 / 4);
            int declared = 0;
            for (ImageFolder.Entry image : catalogue.images()) {
                String label = catalogue.classes().get(image.classIndex());
                if (drawn.contains(image.productId())) {
                    sendRaw(kafka, image.productId(), "{\"label\": \"%s\"}".formatted(label));
                } else if (declared < 10) {
                    declared++;
                    sendRaw(
                            kafka,
                            image.productId(),
                            "{\"label\": \"%s\", \"label-probability\": 0.25}".formatted(label));
                }
            }
            int labels = drawn.size() + declared;
            RunningJob.await("the labels", () -> counted(kafka, "support") == labels);
            job.drain();
            assertThat(sampled(kafka, "audited")).isEqualTo(drawn.size());
            assertThat(sampled(kafka, "auditedLabelled")).isEqualTo(drawn.size());
            assertThat(sampled(kafka, "support")).isEqualTo(labels);
        }
    }

    /** Eighty images a second for eight seconds, of which two hundred are wanted in the first hour. */
    @Test
    void anAuditOfSoManyADayDrawsAsManyAsAreWantedOfWhatComes() throws Exception {
        drawSample(40);
        try (RunningJob job = start("audit: {perDay: 4900}")) {
            String kafka = job.kafka.bootstrapServers();
            List<ConsumerRecord<byte[], byte[]>> tags = tagsOfAll(kafka, true, 80);
            int drawn = 0;
            double standFor = 0;
            String firstDrawn = "9";
            for (ConsumerRecord<byte[], byte[]> tag : tags) {
                JsonNode json = Json.MAPPER.readTree(tag.value());
                Header probability = tag.headers().lastHeader("audit-probability");
                assertThat(json.path("audit").asBoolean()).isEqualTo(probability != null);
                if (probability != null) {
                    drawn++;
                    double said = Double.parseDouble(new String(probability.value(), UTF_8));
                    assertThat(said).isGreaterThan(0).isLessThanOrEqualTo(1);
                    standFor += 1 / said;
                    assertThat(json.path("auditProbability").asDouble()).isEqualTo(said);
                    String at = json.path("taggedAt").asText();
                    firstDrawn = at.compareTo(firstDrawn) < 0 ? at : firstDrawn;
                }
            }
            int since = 0;
            for (ConsumerRecord<byte[], byte[]> tag : tags) {
                String at = Json.MAPPER.readTree(tag.value()).path("taggedAt").asText();
                since += at.compareTo(firstDrawn) < 0 ? 0 : 1;
            }
            assertThat(drawn).isBetween(count() / 20, count() * 7 / 8);
            assertThat(standFor).as("some had a probability below 1").isGreaterThan(drawn + 20);
            assertThat(standFor)
                    .as("as many as came since it was known how many come")
                    .isBetween(since * 0.6, since * 1.4);
            job.drain();
            assertThat(sampled(kafka, "auditedLabelled")).isEqualTo(drawn);
        }
    }
}
