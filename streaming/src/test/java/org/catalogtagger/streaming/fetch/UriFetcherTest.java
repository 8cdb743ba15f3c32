package org.catalogtagger.streaming.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UriFetcherTest {
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
    void waitsNoLongerThanItMayForSilenceOrForDribbles() throws Exception {
        on("/silent", exchange -> end.await(30, TimeUnit.SECONDS));
        on("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!end.await(50, TimeUnit.MILLISECONDS)) {
                exchange.getResponseBody().write('x');
                exchange.getResponseBody().flush();
            }
        });
        FetchPolicy hasty = new FetchPolicy(List.of(base), true, Duration.ofMillis(300), 2, 4, MAX_BYTES);
        try (UriFetcher fetcher = new UriFetcher(hasty)) {
            for (String path : List.of("/silent", "/slow")) {
                assertThatThrownBy(() -> fetcher.fetch(URI.create(base + path)))
                        .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                                .isEqualTo(Reason.TIMEOUT));
            }
        }
    }

    @Test
    void internalAddressesAreOutOfReachUnlessAllowed() throws Exception {
        on("/1.jpg", exchange -> answer(exchange, requests.incrementAndGet() > 0 ? 200 : 500, "image"));
        FetchPolicy outside = new FetchPolicy(List.of(base), false, Duration.ofSeconds(10), 0, 4, MAX_BYTES);
        try (UriFetcher fetcher = new UriFetcher(outside)) {
            assertThatThrownBy(() -> fetcher.fetch(URI.create(base + "/1.jpg")))
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.NOT_ALLOWED))
                    .hasMessageContaining("internal");
        }
        assertThat(requests).hasValue(0);
    }

    @Test
    void readsFilesWhereItMayAndFollowsNoLinkOutOfThere(@TempDir Path folder) throws Exception {
        Path images = Files.createDirectory(folder.resolve("images"));
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Path image = Files.writeString(images.resolve("1 a.jpg"), "image");
        Path link = Files.createSymbolicLink(images.resolve("link.jpg"), secret);
        FetchPolicy policy =
                new FetchPolicy(List.of(images.toUri().toString()), false, Duration.ofSeconds(10), 0, 4, MAX_BYTES);
        try (UriFetcher fetcher = new UriFetcher(policy)) {
            assertThat(fetcher.fetch(image.toUri())).asString(UTF_8).isEqualTo("image");
            assertThatThrownBy(() -> fetcher.fetch(link.toUri())).hasMessageContaining("link");
            assertThatThrownBy(() -> fetcher.fetch(secret.toUri())).hasMessageContaining("images.fetch.allow");
            assertThatThrownBy(() -> fetcher.fetch(images.resolve("none.jpg").toUri()))
                    .hasMessageContaining("not there");
        }
    }

    @Test
    void aUriListHasOneUri() throws Exception {
        assertThat(UriFetcher.single("# comment\r\nhttps://a/b.jpg\r\n".getBytes(UTF_8)))
                .hasToString("https://a/b.jpg");
        for (String list : List.of("", "https://a/1 https://a/2", "https://a/1\nhttps://a/2", "1.jpg", "mailto:a@b")) {
            assertThatThrownBy(() -> UriFetcher.single(list.getBytes(UTF_8)))
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.BAD_URI));
        }
    }

    private byte[] fetch(String uri) throws Exception {
        FetchPolicy policy = new FetchPolicy(List.of(base), true, Duration.ofSeconds(10), 2, 4, MAX_BYTES);
        try (UriFetcher fetcher = new UriFetcher(policy)) {
            return fetcher.fetch(URI.create(uri));
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
