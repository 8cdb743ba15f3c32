package org.catalogtagger.streaming.kafka.secured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The job with exactly the rights that {@code users.yaml} gives to it, and with one less. */
class AclsIT {
    private static final String USER = "catalog-tagger-job";

    @TempDir
    private static Path folder;

    private static SecuredKafka kafka;
    private static Rights rights;
    private static StreamSettings settings;
    private static WholeJob whole;

    @BeforeAll
    static void start() throws Exception {
        kafka = new SecuredKafka(folder.resolve("kafka"));
        rights = new Rights(kafka);
        rights.admit(USER, TestAuthority.PASSWORD);
        rights.allow(ofTheJob());
        ModelBundle model = TinyModel.save(folder.resolve("model"), 1);
        SecuredJob.createTopics(kafka, folder, model);
        settings = SecuredJob.settings(
                folder, kafka.scram(USER, TestAuthority.PASSWORD), model, "restart-strategy.type: none");
        whole = new WholeJob(
                folder,
                settings,
                kafka,
                TinyModel.save(folder.resolve("shadow"), 9).directory());
    }

    @AfterAll
    static void stop() {
        whole.close();
        rights.close();
        kafka.close();
    }

    static List<AclBinding> ofTheJob() throws IOException {
        return Objects.requireNonNull(KafkaUsers.rights().get(USER));
    }

    @Test
    void withAllItsRightsTheJobDoesAll() throws Exception {
        assertThat(whole.whatFails()).isEmpty();
    }

    @Test
    void withAllItsRightsItIsTheOneOfItsGroupAndGoesOnFromASavepoint() throws Exception {
        whole.forget();
        try (SteadyImages images = new SteadyImages(kafka, "steady-")) {
            Path savepoint;
            try (SecuredJob first = SecuredJob.prepare(folder, settings).start()) {
                images.awaitProgress();
                assertThatThrownBy(() -> SecuredJob.prepare(folder, settings))
                        .isInstanceOf(CommandException.class)
                        .hasMessageContaining("has its job already");
                savepoint = first.stop();
            }
            try (SecuredJob second = SecuredJob.prepare(folder, settings).start(Optional.of(savepoint))) {
                images.awaitProgress();
                int sent = images.awaitAll();
                Path unused = second.stop();
                assertThat(images.tagged()).hasSize(sent).doesNotHaveDuplicates();
            }
        }
    }

    /** Where a right to read or to write is taken, that to describe is left, which comes with them: it does not do. */
    @ParameterizedTest
    @MethodSource("ofTheJob")
    void withOneRightLessSomethingFailsAndSaysWhereItIsMissing(AclBinding right) throws Exception {
        AclBinding describe = KafkaUsers.allow(USER, right.pattern(), AclOperation.DESCRIBE);
        boolean describes = Set.of(AclOperation.READ, AclOperation.WRITE)
                .contains(right.entry().operation());
        if (describes) {
            rights.allow(List.of(describe));
        }
        rights.withdraw(right);
        try {
            assertThat(whole.whatFails()).hasValueSatisfying(said -> assertThat(said)
                    .contains(right.pattern().name()));
        } finally {
            rights.allow(List.of(right));
            if (describes) {
                rights.withdraw(describe);
            }
        }
    }
}
