package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

class KafkaTest {
    private static final String MOUNTED = "/opt/catalog-tagger/kafka-user";

    @TempDir
    private Path folder;

    static List<Render> overlays() {
        return Render.all();
    }

    @Test
    void clientsFindTheirPasswordInTheSecretThatStrimziMakes() throws Exception {
        Path secret = Files.createDirectory(folder.resolve("kafka-user"));
        String login =
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\";";
        Files.writeString(secret.resolve("sasl.jaas.config"), login);
        Files.writeString(secret.resolve("password"), "p");
        String file = Render.of("cpu")
                .named("ConfigMap", "catalog-tagger-kafka-client")
                .path("data")
                .path("client.properties")
                .asText();
        assertThat(file).contains(MOUNTED + ":");
        Properties properties = new Properties();
        properties.load(new StringReader(file.replace(MOUNTED, secret.toString())));
        Map<String, Object> client = new HashMap<>(Map.of(
                "bootstrap.servers", "localhost:1",
                "key.serializer", ByteArraySerializer.class,
                "value.serializer", ByteArraySerializer.class,
                "key.deserializer", ByteArrayDeserializer.class,
                "value.deserializer", ByteArrayDeserializer.class));
        properties.forEach((name, value) -> client.put(name.toString(), value));
        assertThat(List.<AbstractConfig>of(
                        new AdminClientConfig(client), new ConsumerConfig(client), new ProducerConfig(client)))
                .allMatch(config ->
                        config.getPassword(SaslConfigs.SASL_JAAS_CONFIG).equals(new Password(login)));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void brokersAreGivenSettingsThatKafkaHas(Render render) {
        JsonNode config = render.only("Kafka").path("spec").path("kafka").path("config");
        assertThat(config.properties())
                .isNotEmpty()
                .extracting(Map.Entry::getKey)
                .isSubsetOf(CollectionConverters.asJava(KafkaConfig.configNames()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void brokersTakeTheLargestRecordOfAnyTopicAndFetchItFromEachOther(Render render) {
        JsonNode config = render.only("Kafka").path("spec").path("kafka").path("config");
        int largest = render.all("KafkaTopic").stream()
                .mapToInt(topic -> topic.path("spec")
                        .path("config")
                        .path("max.message.bytes")
                        .asInt())
                .max()
                .orElseThrow();
        assertThat(largest).isPositive();
        assertThat(config.path("message.max.bytes").asInt()).isGreaterThanOrEqualTo(largest);
        assertThat(config.path("replica.fetch.max.bytes").asInt()).isGreaterThanOrEqualTo(largest);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void oneOfThreeNodesMayBeAwayAndNothingIsLost(Render render) {
        assertThat(render.all("KafkaNodePool")).hasSize(2).allSatisfy(pool -> {
            assertThat(pool.path("spec").path("replicas").asInt()).isEqualTo(3);
            JsonNode volume = pool.path("spec").path("storage").path("volumes").get(0);
            assertThat(volume.path("type").asText()).isEqualTo("persistent-claim");
            assertThat(volume.path("deleteClaim").asBoolean(true)).isFalse();
            assertThat(pool.at("/spec/template/pod/affinity/podAntiAffinity").findValuesAsText("strimzi.io/pool-name"))
                    .containsExactly(Render.name(pool));
        });
        JsonNode config = render.only("Kafka").path("spec").path("kafka").path("config");
        List.of(
                        "default.replication.factor",
                        "offsets.topic.replication.factor",
                        "transaction.state.log.replication.factor")
                .forEach(name -> assertThat(config.path(name).asInt()).isEqualTo(3));
        List.of("min.insync.replicas", "transaction.state.log.min.isr")
                .forEach(name -> assertThat(config.path(name).asInt()).isEqualTo(2));
    }
}
