package org.catalogtagger.deploy.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.Route;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Kubernetes' own kinds, as its Java client knows them. */
final class TypedModels {
    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1 Namespace", Namespace.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("batch/v1 CronJob", CronJob.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("rbac.authorization.k8s.io/v1 Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
            Map.entry("route.openshift.io/v1 Route", Route.class));

    private final JsonMapper mapper =
            JsonMapper.builder().annotationIntrospector(new Strict()).build();

    /** The models take fields that they do not know, and keep them apart. */
    private static final class Strict extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    List<String> faults(JsonNode object) {
        String type =
                object.path("apiVersion").asText() + " " + object.path("kind").asText();
        Class<?> model = KINDS.get(type);
        return model == null ? List.of("no model of " + type) : faults(object, model);
    }

    List<String> faultsOfMetadata(JsonNode object) {
        return faults(object.path("metadata"), ObjectMeta.class);
    }

    /** Of a FlinkDeployment, whose definition has no more than their types. */
    List<String> faultsOfPodTemplates(JsonNode object) {
        JsonNode spec = object.path("spec");
        return Stream.of(spec, spec.path("jobManager"), spec.path("taskManager"))
                .map(holder -> holder.path("podTemplate"))
                .filter(JsonNode::isObject)
                .flatMap(template -> faults(template, PodTemplateSpec.class).stream())
                .toList();
    }

    private List<String> faults(JsonNode value, Class<?> model) {
        try {
            mapper.treeToValue(value, model);
            return List.of();
        } catch (JsonProcessingException e) {
            return List.of(e.getOriginalMessage());
        }
    }
}
