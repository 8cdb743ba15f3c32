package org.catalogtagger.streaming.kafka;

import java.security.UnrecoverableKeyException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.catalogtagger.cli.ErrorLine;

/** Why a broker does not let a client in, the client will not have the broker, or a right is missing; and what to do. */
public final class Refusal {
    private static final Pattern ALERT = Pattern.compile("fatal alert: (\\w+)");

    /** Java's logins have the words of what went wrong in their message, behind the names of its classes. */
    private static final Pattern CLASSES = Pattern.compile("(?:[\\w.$]+(?:Exception|Error): )+");

    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private Refusal() {}

    /**
     * Why a topic does not take a record. To a producer whose user may write nowhere, Kafka refuses the cluster.
     *
     * @param thrown what the producer was told
     */
    public static String ofWriting(String topic, Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof TopicAuthorizationException || e instanceof ClusterAuthorizationException) {
                return "the user's ACLs do not let him write to " + topic;
            }
        }
        return of(thrown).orElseGet(() -> ErrorLine.of(thrown));
    }

    /** The reason and the way out, on one line; empty if it is something else. */
    static Optional<String> of(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            Optional<String> line = ofThis(e);
            if (line.isPresent()) {
                return line;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ofThis(Throwable e) {
        String said = String.valueOf(e.getMessage());
        if (e instanceof AuthorizationException) {
            return Optional.of(ErrorLine.ofRootCause(e) + "; the user's ACLs do not allow it");
        }
        if (e instanceof SaslAuthenticationException) {
            return Optional.of(said + "; are the user and password of sasl.jaas.config right?");
        }
        if (e instanceof SslAuthenticationException) {
            return Optional.of(handshake(e));
        }
        if (e instanceof LoginException) {
            String why = CLASSES.matcher(said.lines().findFirst().orElse("")).replaceFirst("");
            return Optional.of(
                    "no login (%s); if it is by a token: can sasl.oauthbearer.token.endpoint.url be reached, and are clientId and clientSecret of sasl.jaas.config right?"
                            .formatted(why));
        }
        if (e instanceof ConfigException && said.contains(ALLOWED_URLS)) {
            return Optional.of(
                    "this JVM may not fetch tokens from sasl.oauthbearer.token.endpoint.url; start it with -D%s=URL, in TAGGER_JAVA_OPTS or Flink's env.java.opts.all"
                            .formatted(ALLOWED_URLS));
        }
        if (e instanceof UnrecoverableKeyException) {
            return Optional.of("the password of the keystore or truststore (ssl.keystore.password,"
                    + " ssl.truststore.password) does not open it");
        }
        return Optional.empty();
    }

    private static String handshake(Throwable failed) {
        for (Throwable e = failed; e != null; e = e.getCause()) {
            String said = String.valueOf(e.getMessage());
            if (e instanceof CertificateExpiredException) {
                return "the broker's certificate has expired (%s); whoever runs it must renew it".formatted(said);
            }
            if (e instanceof CertificateNotYetValidException) {
                return "the broker's certificate is not valid yet (%s); are all clocks right?".formatted(said);
            }
            if (e instanceof CertPathBuilderException) {
                return "the broker's certificate is signed by nobody whom ssl.truststore.location trusts (%s)"
                        .formatted(said);
            }
            if (e instanceof CertificateException && said.startsWith("No ")) {
                return "the broker's certificate is for another name or address (%s); use one that it is for"
                        .formatted(said);
            }
            Matcher alert = ALERT.matcher(said);
            if (e instanceof SSLHandshakeException && alert.find()) {
                return "the broker does not accept our certificate (%s): ssl.keystore.location must hold one that has not expired, signed by whom the broker trusts"
                        .formatted(alert.group(1));
            }
        }
        return "no TLS with the broker: " + ErrorLine.ofRootCause(failed);
    }
}
