package org.catalogtagger.streaming.kafka.secured;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.bundle.ModelBundle;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole job where Kafka asks who it is, and the ways of showing it that change meanwhile: it fails, is restarted, reads its
 * files anew, and goes on by itself.
 */
class SecuredJobIT {
    private static final String USER = "anna";
    private static final String ALWAYS = "restart-strategy.type: fixed-delay,"
            + " restart-strategy.fixed-delay.attempts: '1000', restart-strategy.fixed-delay.delay: 500 ms";

    private static final Duration TOKENS = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofHours(12);
    private static final Duration EXPIRED = Duration.ofSeconds(-5);

    @TempDir
    private static Path folder;

    private static SecuredKafka kafka;
    private static Rights rights;
    private static ModelBundle model;

    @BeforeAll
    static void start() throws Exception {
        kafka = new SecuredKafka(folder.resolve("kafka"), LONG, TOKENS);
        rights = new Rights(kafka);
        rights.admit(USER, TestAuthority.PASSWORD);
        rights.allowAll(USER);
        model = TinyModel.save(folder.resolve("model"), 1);
        SecuredJob.createTopics(kafka, folder, model);
    }

    @AfterAll
    static void stop() {
        rights.close();
        kafka.close();
    }

    @Test
    void tagsByPassword() throws Exception {
        tags("by-password-", kafka.scram(USER, TestAuthority.PASSWORD), (job, images) -> images.awaitProgress());
    }

    @Test
    void tagsByTokenAndFetchesTheNextBeforeOneExpires() throws Exception {
        tags("by-token-", kafka.oauth(USER, TestAuthority.PASSWORD), (job, images) -> {
            int given = kafka.tokens.given();
            RunningJob.await("another token", () -> kafka.tokens.given() > given);
            images.awaitProgress();
            assertThat(job.failures()).isEmpty();
        });
    }

    @Test
    void certificatesThatExpiredAreReplacedWhileItRuns() throws Exception {
        Path own = kafka.authority.issue(folder.resolve("anna.p12"), USER, LONG);
        tags("by-certificate-", kafka.mutual(own), (job, images) -> {
            images.awaitProgress();
            kafka.authority.issue(own, USER, EXPIRED);
            kafka.restartWithCertificate(EXPIRED);
            RunningJob.await("failures by the broker's certificate", () -> failed(job, "CertificateExpiredException"));
            kafka.renewCertificate(LONG);
            RunningJob.await("failures by the own certificate", () -> failed(job, "fatal alert: certificate_unknown"));
            kafka.authority.issue(own, USER, LONG);
            images.awaitProgress();
        });
    }

    @Test
    void aPasswordThatIsChangedIsReadAnewFromItsFile() throws Exception {
        Path secret = folder.resolve("kafka.properties");
        kafka.scram(USER, TestAuthority.PASSWORD).write(secret);
        Login byFile = kafka.scram(USER, "not used")
                .with("config.providers", "file")
                .with("config.providers.file.class", FileConfigProvider.class.getName())
                .with("sasl.jaas.config", "${file:%s:sasl.jaas.config}".formatted(secret));
        tags("by-file-", byFile, (job, images) -> {
            images.awaitProgress();
            rights.admit(USER, "hunter2");
            kafka.restart();
            RunningJob.await("failures by the password", () -> failed(job, "SaslAuthenticationException"));
            Path fresh = kafka.scram(USER, "hunter2").write(folder.resolve("fresh.properties"));
            Files.move(fresh, secret, StandardCopyOption.ATOMIC_MOVE);
            images.awaitProgress();
        });
        rights.admit(USER, TestAuthority.PASSWORD);
    }

    @Test
    void aRightThatIsTakenAndGivenBackIsAFailureBetween() throws Exception {
        String user = "catalog-tagger-job";
        List<AclBinding> all = Objects.requireNonNull(KafkaUsers.rights().get(user));
        AclBinding write = KafkaUsers.allow(
                user, new ResourcePattern(ResourceType.TOPIC, "product-tags", PatternType.LITERAL), AclOperation.WRITE);
        assertThat(all).contains(write);
        rights.admit(user, TestAuthority.PASSWORD);
        rights.allow(all);
        tags("by-right-", kafka.scram(user, TestAuthority.PASSWORD), (job, images) -> {
            images.awaitProgress();
            rights.withdraw(write);
            RunningJob.await("failures by the right", () -> failed(job, "TopicAuthorizationException"));
            rights.allow(List.of(write));
            images.awaitProgress();
        });
    }

    /** What happens while images come. */
    @FunctionalInterface
    private interface Course {
        void run(SecuredJob job, SteadyImages images) throws Exception;
    }

    /** Each image is tagged once, whatever happens. */
    private static void tags(String prefix, Login login, Course course) throws Exception {
        try (SecuredJob job = SecuredJob.prepare(folder, SecuredJob.settings(folder, login, model, ALWAYS))
                        .start();
                SteadyImages images = new SteadyImages(kafka, prefix)) {
            course.run(job, images);
            int sent = images.awaitAll();
            Path unused = job.stop();
            assertThat(images.tagged()).hasSize(sent).doesNotHaveDuplicates();
        }
    }

    private static boolean failed(SecuredJob job, String by) {
        return job.failures().stream().anyMatch(failure -> failure.contains(by));
    }
}
