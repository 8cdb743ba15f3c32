package org.catalogtagger.streaming.kafka.secured;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * How a client comes in.
 *
 * @param bootstrapServers where
 * @param properties what it is to be told
 */
public record Login(String bootstrapServers, Map<String, String> properties) {
    private static final String SECURITY = "org.apache.kafka.common.security.";

    public Login {
        properties = Map.copyOf(properties);
    }

    static Login scram(String address, Path trusted, String user, String password) {
        return new Login(
                address,
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        "SCRAM-SHA-512",
                        "sasl.jaas.config",
                        SECURITY
                                + "scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                                        .formatted(user, password),
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        trusted.toString()));
    }

    static Login mutual(String address, Path trusted, Path keystore) {
        return new Login(
                address,
                Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        keystore.toString(),
                        "ssl.keystore.password",
                        TestAuthority.PASSWORD,
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        trusted.toString()));
    }

    static Login oauth(String address, Path trusted, String tokenUrl, String user, String password) {
        return new Login(
                address,
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "sasl.mechanism",
                        "OAUTHBEARER",
                        "sasl.jaas.config",
                        SECURITY
                                + "oauthbearer.OAuthBearerLoginModule required clientId=\"%s\" clientSecret=\"%s\";"
                                        .formatted(user, password),
                        "sasl.login.callback.handler.class",
                        SECURITY + "oauthbearer.OAuthBearerLoginCallbackHandler",
                        "sasl.oauthbearer.token.endpoint.url",
                        tokenUrl,
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        trusted.toString()));
    }

    /** The same, but for one property. */
    public Login with(String name, String value) {
        Map<String, String> all = new HashMap<>(properties);
        all.put(name, value);
        return new Login(bootstrapServers, all);
    }

    /** The properties as {@code --command-config} takes them. */
    public Path write(Path file) throws IOException {
        Properties all = new Properties();
        all.putAll(properties);
        try (OutputStream out = Files.newOutputStream(file)) {
            all.store(out, null);
        }
        return file;
    }
}
