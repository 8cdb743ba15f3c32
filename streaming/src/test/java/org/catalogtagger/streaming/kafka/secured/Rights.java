package org.catalogtagger.streaming.kafka.secured;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Who is known to a broker, and may do what: each change is in force when the call returns. */
public final class Rights implements AutoCloseable {
    private final Admin admin;

    public Rights(SecuredKafka kafka) {
        admin = Admin.create(Map.of("bootstrap.servers", kafka.inside()));
    }

    /** Gives a user a password, or another one. */
    public void admit(String user, String password) throws ExecutionException, InterruptedException {
        ScramCredentialInfo way = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, way, password)))
                .all()
                .get();
    }

    /** All that there is to allow. */
    public void allowAll(String user) throws ExecutionException, InterruptedException {
        allow(
                List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID, ResourceType.CLUSTER)
                        .stream()
                        .map(type -> new AclBinding(
                                new ResourcePattern(
                                        type,
                                        type == ResourceType.CLUSTER ? "kafka-cluster" : "*",
                                        PatternType.LITERAL),
                                new AccessControlEntry("User:" + user, "*", AclOperation.ALL, AclPermissionType.ALLOW)))
                        .toList());
    }

    public void allow(Collection<AclBinding> rights) throws ExecutionException, InterruptedException {
        admin.createAcls(rights).all().get();
        while (!inForce().containsAll(rights)) {
            Thread.onSpinWait();
        }
    }

    public void withdraw(AclBinding right) throws ExecutionException, InterruptedException {
        admin.deleteAcls(List.of(right.toFilter())).all().get();
        while (inForce().contains(right)) {
            Thread.onSpinWait();
        }
    }

    private Collection<AclBinding> inForce() throws ExecutionException, InterruptedException {
        return admin.describeAcls(AclBindingFilter.ANY).values().get();
    }

    @Override
    public void close() {
        admin.close();
    }
}
