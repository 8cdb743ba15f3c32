package org.catalogtagger.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who reaches whom: each selector selects something, and each port is open there. */
class NetworkTest {
    private static final JsonNode LISTENER = Pod.json(9093);

    static List<Render> overlays() {
        return Render.all();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void nothingOfOursIsReachedUnlessAPolicySaysSo(Render render) {
        JsonNode spec = render.named("NetworkPolicy", "deny-all").path("spec");
        assertThat(Pod.texts(spec.path("policyTypes"))).containsExactly("Ingress", "Egress");
        assertThat(spec.has("ingress") || spec.has("egress")).isFalse();
        assertThat(Pod.all(render))
                .allMatch(pod -> pod.isSelectedBy(spec.path("podSelector").path("matchLabels")));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void policiesSelectPodsThatHaveThePorts(Render render) {
        assertThat(render.all("NetworkPolicy")).hasSizeGreaterThanOrEqualTo(3).allSatisfy(policy -> {
            JsonNode spec = policy.path("spec");
            List<Pod> selected = selected(render, spec.path("podSelector").path("matchLabels"));
            for (JsonNode rule : spec.path("ingress")) {
                for (JsonNode port : rule.path("ports")) {
                    // Flink's own, which it opens by itself: the REST API.
                    if (!port.path("port").equals(Pod.json(8081))) {
                        assertThat(selected).allMatch(pod -> pod.hasPort(port.path("port")));
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whoHasAKafkaUserReachesKafkaAndNobodyElseDoes(Render render) {
        JsonNode kafka = render.only("Kafka")
                .path("spec")
                .path("kafka")
                .path("listeners")
                .get(0);
        JsonNode clients =
                kafka.path("networkPolicyPeers").get(0).path("podSelector").path("matchLabels");
        JsonNode policy = render.named("NetworkPolicy", "kafka-clients").path("spec");
        assertThat(policy.path("podSelector").path("matchLabels")).isEqualTo(clients);
        assertThat(kafka.path("port")).isEqualTo(LISTENER);
        assertThat(policy.path("egress").get(1).path("ports").get(0).path("port"))
                .isEqualTo(LISTENER);
        assertThat(Pod.all(render))
                .allMatch(pod -> pod.isSelectedBy(clients)
                        == pod.volumes().stream().anyMatch(volume -> render.names("KafkaUser")
                                .contains(
                                        volume.path("secret").path("secretName").asText())));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void servicesMonitorsAndProbesAreOfOpenPorts(Render render) {
        JsonNode service = render.only("Service").path("spec");
        assertThat(selected(render, service.path("selector")))
                .hasSize(1)
                .allMatch(pod -> pod.hasPort(service.path("ports").get(0).path("targetPort")));
        JsonNode monitor = render.only("PodMonitor").path("spec");
        assertThat(selected(render, monitor.path("selector").path("matchLabels")))
                .hasSize(2)
                .allMatch(Pod::isFlink)
                .allMatch(pod ->
                        pod.hasPort(monitor.path("podMetricsEndpoints").get(0).path("port")));
        for (Pod pod : Pod.all(render)) {
            for (JsonNode container : pod.containers()) {
                for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                    JsonNode http = container.path(probe).path("httpGet");
                    assertThat(http.isMissingNode() || pod.hasPort(http.path("port")))
                            .isTrue();
                }
            }
        }
        JsonNode deployment = render.only("Deployment").path("spec");
        assertThat(deployment.path("selector").path("matchLabels")).isEqualTo(service.path("selector"));
    }

    @Test
    void theRouteLeadsToThePageByANameThatItAnswersTo() {
        Render render = Render.of("openshift");
        JsonNode route = render.only("Route").path("spec");
        assertThat(route.path("tls").path("termination").asText()).isEqualTo("edge");
        assertThat(render.named("Service", route.path("to").path("name").asText())
                        .path("spec")
                        .path("ports")
                        .get(0)
                        .path("name"))
                .isEqualTo(route.path("port").path("targetPort"));
        assertThat(Pod.texts(render.only("Deployment")
                        .path("spec")
                        .path("template")
                        .path("spec")
                        .path("containers")
                        .get(0)
                        .path("args")))
                .contains("--name=" + route.path("host").asText());
    }

    /** Of ours, and Kafka's, by the labels that Strimzi gives them; never none. */
    private static List<Pod> selected(Render render, JsonNode matchLabels) {
        List<Pod> all = new ArrayList<>(Pod.all(render));
        all.add(new Pod(
                "Kafka",
                Map.of("strimzi.io/cluster", Render.name(render.only("Kafka")), "strimzi.io/kind", "Kafka"),
                Pod.json(Map.of())));
        List<Pod> selected =
                all.stream().filter(pod -> pod.isSelectedBy(matchLabels)).toList();
        assertThat(selected).as("%s", matchLabels).isNotEmpty();
        return selected;
    }
}
