package org.catalogtagger.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** What brokers that refuse really throw is in {@code SecuredCommandsIT}; here is what is hard to bring about. */
class RefusalTest {
    @Test
    void aCertificateOfTheFutureIsAMatterOfClocks() {
        assertThat(Refusal.of(handshake(new CertificateNotYetValidException("NotBefore: tomorrow"))))
                .contains("the broker's certificate is not valid yet (NotBefore: tomorrow); are all clocks right?");
    }

    @Test
    void anyOtherHandshakeThatFailsIsSaidAsItIs() {
        assertThat(Refusal.of(handshake(new IOException("no cipher suites in common"))))
                .contains("no TLS with the broker: no cipher suites in common");
    }

    @Test
    void aLoginQuotesNoStackTrace() {
        LoginException login = new LoginException(
                "org.apache.kafka.common.KafkaException: java.net.ConnectException: Connection refused\n\tat a.b.C.d(C.java:1)");
        assertThat(Refusal.of(new KafkaException("Failed to create client", login)))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("no login (Connection refused); ")
                        .doesNotContain("\n", "C.java"));
    }

    @Test
    void aRightThatIsMissingIsTheAclsBusiness() {
        assertThat(Refusal.of(GroupAuthorizationException.forGroupId("g")))
                .contains(
                        "GroupAuthorizationException: Not authorized to access group: g; the user's ACLs do not allow it");
    }

    @Test
    void whoMayWriteToNoTopicIsNotSentToTheCluster() {
        String line = "the user's ACLs do not let him write to t";
        assertThat(Refusal.ofWriting("t", new ClusterAuthorizationException("Cluster authorization failed.")))
                .isEqualTo(line);
        assertThat(Refusal.ofWriting("t", new TopicAuthorizationException(Set.of("t"))))
                .isEqualTo(line);
        assertThat(Refusal.ofWriting("t", new RecordTooLargeException("too large")))
                .isEqualTo("RecordTooLargeException: too large");
    }

    @Test
    void whatIsNoRefusalIsNone() {
        assertThat(Refusal.of(new KafkaException("Failed", new IOException("gone"))))
                .isEmpty();
    }

    private static SslAuthenticationException handshake(Exception cause) {
        SSLHandshakeException failed = new SSLHandshakeException("handshake");
        failed.initCause(cause);
        return new SslAuthenticationException("SSL handshake failed", failed);
    }
}
