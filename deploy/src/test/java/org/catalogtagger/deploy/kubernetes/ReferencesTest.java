package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one object says of another is so. */
class ReferencesTest {
    /** Secrets that whoever runs the cluster makes, with what is in each; README.md lists them. */
    private static final Map<String, Set<String>> PROVIDED =
            Map.of("catalog-tagger-object-storage", Set.of("access-key", "secret-key"));

    private static final String FOLDER = "/opt/catalog-tagger/";

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void volumesAreOfSecretsSettingsAndClaimsThatAreThere(Render render) {
        Set<String> secrets = secrets(render);
        for (Pod pod : Pod.all(render)) {
            for (JsonNode volume : pod.volumes()) {
                assertThat(volume.properties()).hasSize(2);
                if (volume.has("secret")) {
                    assertThat(secrets)
                            .contains(volume.path("secret").path("secretName").asText());
                } else if (volume.has("configMap")) {
                    assertThat(render.names("ConfigMap"))
                            .contains(volume.path("configMap").path("name").asText());
                } else if (volume.has("persistentVolumeClaim")) {
                    assertThat(render.names("PersistentVolumeClaim"))
                            .contains(volume.path("persistentVolumeClaim")
                                    .path("claimName")
                                    .asText());
                } else {
                    assertThat(volume.has("emptyDir")).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void mountsAreOfVolumesAndEachVolumeIsMounted(Render render) {
        for (Pod pod : Pod.all(render)) {
            Set<String> mounted = new HashSet<>();
            pod.containers().forEach(container -> container
                    .path("volumeMounts")
                    .forEach(mount -> mounted.add(mount.path("name").asText())));
            assertThat(pod.volumes())
                    .as(pod.owner())
                    .extracting(volume -> volume.path("name").asText())
                    .containsExactlyInAnyOrderElementsOf(mounted);
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void secretsThatNobodyHereMakesAreListedForWhoeverDoes(Render render) throws Exception {
        String readme = Files.readString(Render.FOLDER.resolve("README.md"));
        Map<String, Set<String>> asked = new HashMap<>();
        for (Pod pod : Pod.all(render)) {
            for (JsonNode container : pod.containers()) {
                for (JsonNode variable : container.path("env")) {
                    JsonNode key = variable.path("valueFrom").path("secretKeyRef");
                    if (!key.isMissingNode()) {
                        asked.computeIfAbsent(key.path("name").asText(), unused -> new HashSet<>())
                                .add(key.path("key").asText());
                    }
                }
            }
        }
        assertThat(asked).isEqualTo(PROVIDED);
        assertThat(readme).contains(PROVIDED.keySet());
        PROVIDED.values().forEach(keys -> assertThat(readme).contains(keys));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void filesInArgumentsAreInTheSettingsThatAreMountedThere(Render render) {
        int files = 0;
        for (Pod pod : Pod.all(render)) {
            for (String argument : arguments(render, pod)) {
                String file = argument.substring(argument.indexOf('=') + 1);
                if (file.matches(FOLDER + ".*\\.(yaml|properties)")) {
                    String map =
                            pod.volumeOf(file).path("configMap").path("name").asText();
                    assertThat(render.named("ConfigMap", map).path("data").properties())
                            .extracting(Map.Entry::getKey)
                            .contains(file.substring(file.lastIndexOf('/') + 1));
                    files++;
                }
            }
        }
        // Twice the same of JobManager and TaskManager, the page's two, and one of the release.
        assertThat(files).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theModelIsWhereTrainingLeavesIt(Render render) {
        String settings = render.named("ConfigMap", "catalog-tagger-settings")
                .path("data")
                .path("stream.yaml")
                .asText();
        Pod train = pod(render, "CronJob catalog-tagger-train");
        String model = option(render, train, "--out");
        assertThat(settings).contains("bundle: " + model + "\n");
        Pod release = pod(render, "CronJob catalog-tagger-release");
        Stream.of(train, release, Pod.all(render).get(1)).forEach(pod -> assertThat(pod.volumeOf(model)
                        .path("persistentVolumeClaim")
                        .path("claimName")
                        .asText())
                .isEqualTo("catalog-tagger-models"));
        assertThat(option(render, release, "--model")).startsWith(model.substring(0, model.lastIndexOf('/') + 1));
        assertThat(train.volumeOf(option(render, train, "--images")))
                .isEqualTo(train.volumeOf(option(render, train, "--cache")));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void serviceAccountsAreThereAndBoundToRoles(Render render) {
        List<String> accounts = render.names("ServiceAccount");
        assertThat(accounts)
                .contains(render.only("FlinkDeployment")
                        .path("spec")
                        .path("serviceAccount")
                        .asText());
        Pod.all(render).stream().filter(pod -> !pod.isFlink()).forEach(pod -> assertThat(accounts)
                .contains(pod.spec().path("serviceAccountName").asText()));
        JsonNode binding = render.only("RoleBinding");
        assertThat(render.names("Role"))
                .containsExactly(binding.path("roleRef").path("name").asText());
        assertThat(accounts)
                .contains(binding.path("subjects").get(0).path("name").asText());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void allOfKafkaIsOfTheOneCluster(Render render) {
        JsonNode kafka = render.only("Kafka");
        Stream.of("KafkaNodePool", "KafkaTopic", "KafkaUser")
                .flatMap(kind -> render.all(kind).stream())
                .forEach(object -> assertThat(object.path("metadata")
                                .path("labels")
                                .path("strimzi.io/cluster")
                                .asText())
                        .isEqualTo(Render.name(kafka)));
        JsonNode listener = kafka.path("spec").path("kafka").path("listeners").get(0);
        String address = "%s-kafka-bootstrap:%s"
                .formatted(Render.name(kafka), listener.path("port").asText());
        assertThat(render.named("ConfigMap", "catalog-tagger-settings")
                        .path("data")
                        .path("stream.yaml")
                        .asText())
                .contains("bootstrapServers: " + address + "\n");
        assertThat(option(render, pod(render, "CronJob catalog-tagger-release"), "--bootstrap"))
                .isEqualTo(address);
        assertThat(render.all("KafkaUser"))
                .allMatch(user -> user.path("spec").path("authentication").equals(listener.path("authentication")));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void usersHaveRightsToTopicsThatAreThere(Render render) {
        List<String> topics = render.names("KafkaTopic");
        render.all("KafkaUser").stream()
                .flatMap(user ->
                        Pod.elements(user.path("spec").path("authorization").path("acls")))
                .map(acl -> acl.path("resource"))
                .filter(resource -> resource.path("type").asText().equals("topic"))
                .forEach(topic -> assertThat(topics).contains(topic.path("name").asText()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void allIsInOneNamespace(Render render) {
        assertThat(render.objects())
                .filteredOn(object -> !object.path("kind").asText().equals("Namespace"))
                .allMatch(object -> object.path("metadata")
                        .path("namespace")
                        .asText()
                        .equals(Render.name(render.only("Namespace"))));
    }

    private static Set<String> secrets(Render render) {
        Set<String> secrets = new HashSet<>(PROVIDED.keySet());
        secrets.addAll(render.names("KafkaUser"));
        secrets.add(Render.name(render.only("Kafka")) + "-cluster-ca-cert");
        return secrets;
    }

    private static Pod pod(Render render, String owner) {
        return Pod.all(render).stream()
                .filter(pod -> pod.owner().equals(owner))
                .findAny()
                .orElseThrow();
    }

    private static String option(Render render, Pod pod, String name) {
        return arguments(render, pod).stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1))
                .findAny()
                .orElseThrow();
    }

    private static List<String> arguments(Render render, Pod pod) {
        return Pod.texts(
                pod.isFlink()
                        ? render.only("FlinkDeployment")
                                .path("spec")
                                .path("job")
                                .path("args")
                        : pod.containers().get(0).path("args"));
    }
}
