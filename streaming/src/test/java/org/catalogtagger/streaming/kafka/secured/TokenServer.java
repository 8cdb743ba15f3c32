package org.catalogtagger.streaming.kafka.secured;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** What gives out OAuth's tokens (client credentials, RFC 6749, section 4.4) and the key that they are signed with. */
public final class TokenServer implements AutoCloseable {
    /** Kafka's own leave, which the JVM of each client needs. */
    public static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    public static final String AUDIENCE = "kafka";

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    private final HttpServer server;
    private final KeyPair key;
    private final Duration validity;
    private final AtomicInteger given = new AtomicInteger();

    /**
     * Listens on loopback.
     *
     * @param validity of a token
     */
    public TokenServer(Duration validity) throws IOException, GeneralSecurityException {
        this.validity = validity;
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        key = generator.generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", this::token);
        server.createContext("/keys", exchange -> answer(exchange, OK, keys()));
        server.start();
    }

    public String tokenUrl() {
        return url("token");
    }

    public String keysUrl() {
        return url("keys");
    }

    private String url(String path) {
        return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), path);
    }

    /** How many tokens were given out. */
    public int given() {
        return given.get();
    }

    /** Whose password is {@link TestAuthority#PASSWORD}. */
    private void token(HttpExchange exchange) throws IOException {
        String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String[] login =
                new String(Base64.getDecoder().decode(header.replaceFirst("^Basic ", "")), UTF_8).split(":", 2);
        if (login.length < 2 || !login[1].equals(TestAuthority.PASSWORD)) {
            answer(exchange, UNAUTHORIZED, "{\"error\": \"invalid_client\"}");
            return;
        }
        given.incrementAndGet();
        answer(
                exchange,
                OK,
                "{\"access_token\": \"%s\", \"token_type\": \"Bearer\", \"expires_in\": %d}"
                        .formatted(jwt(login[0]), validity.toSeconds()));
    }

    private String jwt(String subject) {
        long now = Instant.now().getEpochSecond();
        String signed = base64("{\"alg\": \"RS256\", \"kid\": \"test\"}".getBytes(UTF_8))
                + "."
                + base64("{\"sub\": \"%s\", \"aud\": \"%s\", \"iat\": %d, \"exp\": %d, \"scope\": \"kafka\"}"
                        .formatted(subject, AUDIENCE, now, now + validity.toSeconds())
                        .getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String keys() {
        RSAPublicKey open = (RSAPublicKey) key.getPublic();
        return "{\"keys\": [{\"kty\": \"RSA\", \"use\": \"sig\", \"alg\": \"RS256\", \"kid\": \"test\", \"n\": \"%s\", \"e\": \"%s\"}]}"
                .formatted(base64(unsigned(open.getModulus())), base64(unsigned(open.getPublicExponent())));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] body = json.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
