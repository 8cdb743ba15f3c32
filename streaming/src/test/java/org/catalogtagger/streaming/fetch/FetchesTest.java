package org.catalogtagger.streaming.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.AbstractThrowableAssert;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchesTest {
    private static final int MAX_BYTES = 1000;

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private String base;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void fetchesOverHttp() throws Exception {
        on("/1.jpg", exchange -> answer(exchange, 200, "image"));
        assertThat(fetch(base + "/1.jpg")).asString(UTF_8).isEqualTo("image");
    }

    @Test
    void noFetchIsRefusedBecauseOthersHaveOnlyJustEnded() throws Exception {
        on("/1.jpg", exchange -> answer(exchange, 200, "image"));
        FetchPolicy oneAtATime =
                new FetchPolicy(List.of(base), true, Duration.ofSeconds(10), 2, 1, 10, false, MAX_BYTES);
        try (Fetches fetches = new Fetches(oneAtATime)) {
            for (int i = 0; i < 1000; i++) {
                assertThat(fetches.start((base + "/1.jpg").getBytes(UTF_8)).get())
                        .hasSize(5);
            }
        }
    }

    @Test
    void followsRedirectsButOnlyWhereItMayGo() throws Exception {
        on("/here", exchange -> redirect(exchange, "/there"));
        on("/there", exchange -> answer(exchange, 200, "image"));
        on("/away", exchange -> redirect(exchange, "http://127.0.0.2:1/"));
        on("/round", exchange -> redirect(exchange, "/round"));
        assertThat(fetch(base + "/here")).asString(UTF_8).isEqualTo("image");
        assertFault(base + "/away", Reason.NOT_ALLOWED).hasMessageContaining("127.0.0.2");
        assertFault(base + "/round", Reason.FAILED).hasMessageContaining("redirects");
    }

    @Test
    void triesAgainWhatMayPassAndNothingElse() throws Exception {
        on("/later", exchange -> answer(exchange, requests.incrementAndGet() < 3 ? 503 : 200, "image"));
        assertThat(fetch(base + "/later")).asString(UTF_8).isEqualTo("image");
        requests.set(0);
        on("/never", exchange -> answer(exchange, requests.incrementAndGet() > 0 ? 404 : 200, ""));
        assertFault(base + "/never", Reason.FAILED).hasMessageContaining("404");
        assertThat(requests).hasValue(1);
        requests.set(0);
        on("/broken", exchange -> answer(exchange, requests.incrementAndGet() > 0 ? 500 : 200, ""));
        assertFault(base + "/broken", Reason.FAILED).hasMessageContaining("500");
        assertThat(requests).hasValue(3);
    }

    @Test
    void readsNoMoreThanItMay() throws Exception {
        on("/large", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[MAX_BYTES];
            try (var body = exchange.getResponseBody()) {
                while (end.getCount() > 0) {
                    body.write(chunk);
                }
            }
        });
        assertFault(base + "/large", Reason.TOO_MANY_BYTES);
    }

    @Test
    void internalAddressesAreOutOfReachUnlessAllowed() throws Exception {
        on("/1.jpg", exchange -> answer(exchange, requests.incrementAndGet() > 0 ? 200 : 500, "image"));
        int port = server.getAddress().getPort();
        for (String host : List.of("127.0.0.1", "localhost", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]")) {
            String there = "http://" + host + ":" + port;
            FetchPolicy outside =
                    new FetchPolicy(List.of(there), false, Duration.ofSeconds(10), 0, 4, 10, false, MAX_BYTES);
            assertThatThrownBy(() -> fetch(outside, there + "/1.jpg"))
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.NOT_ALLOWED))
                    .hasMessageContaining("internal");
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void aRedirectLeadsToNoFile() throws Exception {
        on("/file", exchange -> redirect(exchange, "file:///etc/passwd"));
        assertFault(base + "/file", Reason.NOT_ALLOWED);
    }

    @Test
    void readsNoneOfALongRedirect() throws Exception {
        on("/here", exchange -> {
            exchange.getResponseHeaders().add("Location", "/there");
            exchange.sendResponseHeaders(302, Integer.MAX_VALUE);
            byte[] chunk = new byte[MAX_BYTES];
            while (end.getCount() > 0) {
                exchange.getResponseBody().write(chunk);
            }
        });
        on("/there", exchange -> answer(exchange, 200, "image"));
        assertThat(fetch(base + "/here")).asString(UTF_8).isEqualTo("image");
    }

    @Test
    void sendsTheVeryPathThatWasChecked() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        on("/", exchange -> {
            seen.add(exchange.getRequestURI().toString());
            answer(exchange, 200, "image");
        });
        fetch(base + "/a%2Fb/../c;v=1/caf\u00e9.jpg?x=%2e%2e#part");
        assertThat(seen).containsExactly("/a%2Fb/../c;v=1/caf%C3%A9.jpg?x=%2e%2e");
    }

    @Test
    void aUriListHasOneUri() throws Exception {
        assertThat(Target.single("# comment\r\nhttps://a/b.jpg\r\n".getBytes(UTF_8)))
                .hasToString("https://a/b.jpg");
        for (String list : List.of(
                "",
                "https://a/1 https://a/2",
                "https://a/1\nhttps://a/2",
                "1.jpg",
                "mailto:a@b",
                "https:///1.jpg",
                "https://a/" + "x".repeat(10_000))) {
            assertThatThrownBy(() -> Target.single(list.getBytes(UTF_8)))
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.BAD_URI))
                    .hasMessageMatching("(?s).{1,501}");
        }
    }

    @Property(tries = 3000)
    void anyBytesAreATargetOrAFault(@ForAll("lists") String list) {
        try {
            assertThat(Target.single(list.getBytes(UTF_8)).scheme()).isNotEmpty();
        } catch (FetchException e) {
            assertThat(e.reason()).isIn(Reason.BAD_URI, Reason.NOT_ALLOWED);
        }
    }

    @Provide
    Arbitrary<String> lists() {
        Arbitrary<String> piece = Arbitraries.of(
                "http",
                "https",
                "file",
                "s3",
                ":",
                "//",
                "/",
                "@",
                "?",
                "#",
                "%00",
                "%",
                "%2e",
                "..",
                "[",
                "]",
                "::1",
                "a.example",
                ":80",
                ":99999",
                "\\",
                ";",
                " ",
                "\n",
                "\u00fc",
                "\ud800",
                "_",
                "*",
                "x");
        return piece.list().ofMaxSize(10).map(pieces -> String.join("", pieces));
    }

    private byte[] fetch(String uri) throws Exception {
        return fetch(new FetchPolicy(List.of(base), true, Duration.ofSeconds(10), 2, 4, 10, false, MAX_BYTES), uri);
    }

    private static byte[] fetch(FetchPolicy policy, String uri) throws Exception {
        try (Fetches fetches = new Fetches(policy)) {
            return fetches.start(uri.getBytes(UTF_8)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FetchException fault ? fault : e;
        }
    }

    private AbstractThrowableAssert<?, ?> assertFault(String uri, Reason reason) {
        return assertThatThrownBy(() -> fetch(uri))
                .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                        .isEqualTo(reason));
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws Exception;
    }

    private void on(String path, Handler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                handler.handle(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(302, -1);
    }
}
