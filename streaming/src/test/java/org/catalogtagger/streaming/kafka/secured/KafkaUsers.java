package org.catalogtagger.streaming.kafka.secured;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The users that we give to Kubernetes, and their rights as Strimzi's operator makes them: one for each operation. */
public final class KafkaUsers {
    private static final Path FILE = Path.of("../deploy/kubernetes/base/users.yaml");

    private KafkaUsers() {}

    /** By the user's name. */
    public static Map<String, List<AclBinding>> rights() throws IOException {
        Map<String, List<AclBinding>> rights = new LinkedHashMap<>();
        try (MappingIterator<JsonNode> users =
                new YAMLMapper().readerFor(JsonNode.class).readValues(FILE.toFile())) {
            while (users.hasNext()) {
                JsonNode user = users.next();
                String name = user.path("metadata").path("name").asText();
                List<AclBinding> own = new ArrayList<>();
                for (JsonNode rule : user.path("spec").path("authorization").path("acls")) {
                    for (JsonNode operation : rule.path("operations")) {
                        own.add(right(name, rule.path("resource"), operation.asText()));
                    }
                }
                rights.put(name, List.copyOf(own));
            }
        }
        return rights;
    }

    private static AclBinding right(String user, JsonNode resource, String operation) {
        ResourceType type =
                ResourceType.fromString(resource.path("type").asText().replace("transactionalId", "transactional_id"));
        PatternType pattern = resource.path("patternType").asText("literal").equals("prefix")
                ? PatternType.PREFIXED
                : PatternType.LITERAL;
        return allow(user, new ResourcePattern(type, resource.path("name").asText(), pattern), operation(operation));
    }

    /** Strimzi writes {@code DescribeConfigs}, Kafka {@code DESCRIBE_CONFIGS}. */
    private static AclOperation operation(String name) {
        return AclOperation.fromString(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
    }

    static AclBinding allow(String user, ResourcePattern resource, AclOperation operation) {
        return new AclBinding(
                resource, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }
}
