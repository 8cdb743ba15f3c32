package org.catalogtagger.streaming.kafka.secured;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.Json;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.catalogtagger.streaming.watch.PageEvents;
import org.catalogtagger.streaming.watch.Watch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The live page with exactly the rights that {@code users.yaml} gives to it, and with one less. */
class WatcherRightsIT {
    private static final String JOB = "catalog-tagger-job";
    private static final String WATCHER = "catalog-tagger-watcher";
    private static final String DATA = "data:";

    @TempDir
    private static Path folder;

    private static SecuredKafka kafka;
    private static Rights rights;

    @BeforeAll
    static void fillTheTopics() throws Exception {
        kafka = new SecuredKafka(folder.resolve("kafka"));
        rights = new Rights(kafka);
        for (String user : List.of(JOB, WATCHER)) {
            rights.admit(user, TestAuthority.PASSWORD);
            rights.allow(of(user));
        }
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        SecuredJob.createTopics(kafka, folder, model);
        StreamSettings settings = SecuredJob.settings(folder, kafka.scram(JOB, TestAuthority.PASSWORD), model, "");
        Path shadow = TinyModel.save(folder.resolve("shadow"), 9).directory();
        try (WholeJob whole = new WholeJob(folder, settings, kafka, shadow)) {
            assertThat(whole.whatFails()).isEmpty();
        }
    }

    @AfterAll
    static void stop() {
        rights.close();
        kafka.close();
    }

    private static List<AclBinding> of(String user) throws IOException {
        return Objects.requireNonNull(KafkaUsers.rights().get(user));
    }

    static List<AclBinding> ofTheWatcher() throws IOException {
        return of(WATCHER);
    }

    @Test
    void withAllItsRightsThePageShowsAll() throws Exception {
        assertThat(whatIsAmiss()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ofTheWatcher")
    void withOneRightLessThePageSaysWhatItMayNotRead(AclBinding right) throws Exception {
        AclBinding describe = KafkaUsers.allow(WATCHER, right.pattern(), AclOperation.DESCRIBE);
        rights.allow(List.of(describe));
        rights.withdraw(right);
        try {
            String topic = right.pattern().name();
            assertThat(whatIsAmiss()).hasValueSatisfying(amiss -> assertThat(amiss)
                    .contains(topic.equals("product-images") ? "\"pictured\":false" : "[" + topic + "]"));
        } finally {
            rights.allow(List.of(right));
            rights.withdraw(describe);
        }
    }

    /** Watches until something of each topic is shown, or that some may not be. */
    private static Optional<String> whatIsAmiss() throws Exception {
        Login login = kafka.scram(WATCHER, TestAuthority.PASSWORD);
        Watch watch = new Watch(
                StreamSettings.Kafka.at(login.bootstrapServers(), login.properties()),
                Instant.now().minus(Duration.ofHours(1)),
                "127.0.0.1",
                List.of(),
                0);
        Map<String, JsonNode> shown = new HashMap<>();
        try (watch;
                BufferedReader in = PageEvents.of(watch.address())) {
            String section = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith(DATA)) {
                    section = line.startsWith("event:")
                            ? line.substring("event:".length()).strip()
                            : section;
                    continue;
                }
                shown.put(section, Json.MAPPER.readTree(line.substring(DATA.length())));
                if (line.contains("\"pictured\":false") || line.contains("Not authorized")) {
                    return Optional.of(line);
                }
                if (isWhole(shown)) {
                    return Optional.empty();
                }
            }
            throw new AssertionError("the page ended with " + shown);
        }
    }

    private static boolean isWhole(Map<String, JsonNode> shown) {
        JsonNode all = Json.MAPPER.valueToTree(shown);
        return !all.path("tags").isEmpty()
                && all.path("accuracy").path("windows").asInt() > 0
                && all.path("accuracy").path("baseline").isNumber()
                && !all.path("alerts").isEmpty()
                && !all.path("rejections").path("newest").isEmpty()
                && !all.path("models").path("releases").isEmpty();
    }
}
