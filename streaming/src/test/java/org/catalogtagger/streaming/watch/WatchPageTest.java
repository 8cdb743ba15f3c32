package org.catalogtagger.streaming.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.catalogtagger.streaming.settings.StreamSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's server, asked over plain sockets for what a browser would not ask. */
class WatchPageTest {
    private static final int VIEWERS = 64;

    private final List<Socket> open = new ArrayList<>();
    private final LiveView view = new LiveView(StreamSettings.Kafka.at("127.0.0.1:1", Map.of()), wanted -> {});
    private WatchPage page;

    @BeforeEach
    void serve() {
        page = new WatchPage("127.0.0.1", List.of(), 0, view);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        page.close();
    }

    @Test
    void servesThePicturesOfAlertsAndNoOtherRecords() throws Exception {
        String alert =
                LiveViewTest.ALERT.formatted("{\"sourceRecord\": \"product-images/0/7\", \"label\": \"Shirts\"}");
        view.accept(new ConsumerRecord<>("drift-alerts", 0, 0, new byte[] {'k'}, alert.getBytes(UTF_8)));
        view.add("product-images/0/7", Optional.of(new byte[] {(byte) 0xff, (byte) 0xd8, 'x'}));
        assertThat(ask("GET", "/alert-images/product-images/0/7", "127.0.0.1", "*/*"))
                .startsWith("HTTP/1.1 200")
                .contains("image/jpeg");
        for (String other : List.of("product-images/0/8", "product-images/0", "a/b/c", "..%2f..%2fetc/passwd/0")) {
            assertThat(ask("GET", "/alert-images/" + other, "127.0.0.1", "*/*")).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void badQueriesTakeNoSeat() throws Exception {
        for (String query : List.of("windows=0", "windows=-1", "windows=x", "windows=99999999999")) {
            for (int i = 0; i < VIEWERS; i++) {
                assertThat(ask("GET", "/events?" + query, "127.0.0.1", "text/event-stream"))
                        .startsWith("HTTP/1.1 400");
            }
        }
        for (int i = 0; i < VIEWERS; i++) {
            assertThat(ask("GET", "/events", "127.0.0.1", "text/html")).startsWith("HTTP/1.1 406");
        }
        assertThat(ask("GET", "/events", "127.0.0.1", "text/event-stream")).startsWith("HTTP/1.1 200");
    }

    @Test
    void theViewerForWhomThereIsNoSeatIsToldSoAndGetsOneWhenAnotherLeaves() throws Exception {
        for (int i = 0; i < VIEWERS; i++) {
            assertThat(ask("GET", "/events", "127.0.0.1", "text/event-stream")).startsWith("HTTP/1.1 200");
        }
        assertThat(ask("GET", "/events", "127.0.0.1", "text/event-stream"))
                .startsWith("HTTP/1.1 503")
                .containsIgnoringCase("Retry-After: ");
        open.remove(0).close();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String answer = "";
        while (!answer.startsWith("HTTP/1.1 200")) {
            assertThat(System.nanoTime()).as("a seat comes free: " + answer).isLessThan(deadline);
            answer = ask("GET", "/events", "127.0.0.1", "text/event-stream");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:80",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "",
                "10.0.0.1"
            })
    void answersNobodyWhoAsksForAnother(String host) throws Exception {
        for (String path : List.of("/", "/watch.js", "/events", "/pictures/1", "/nothing")) {
            assertThat(ask("GET", path, host, "text/event-stream")).startsWith("HTTP/1.1 421");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "LOCALHOST:9999", "[::1]:8765"})
    void answersWhoAsksForThisMachine(String host) throws Exception {
        assertThat(ask("GET", "/", host, "text/html")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /, 405",
        "POST, /events, 405",
        "PUT, /pictures/1, 405",
        "DELETE, /watch.js, 405",
        "OPTIONS, /events, 405",
        "HEAD, /, 200",
        "GET, /nothing, 404",
        "GET, /pictures/1, 404",
        "GET, /pictures/x, 400",
        "GET, /../../etc/passwd, 400",
        "GET, /%2e%2e/WatchPage.class, 400",
        "GET, /LiveView.class, 404"
    })
    void otherMethodsAndPathsAreAnsweredAsTheyShould(String method, String path, int status) throws Exception {
        assertThat(ask(method, path, "127.0.0.1", "text/html")).startsWith("HTTP/1.1 " + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/watch.js", "/nothing", "/events?windows=0"})
    void everyAnswerLimitsWhatABrowserMayMakeOfIt(String path) throws Exception {
        assertThat(ask("GET", path, "127.0.0.1", "text/event-stream"))
                .contains("X-Content-Type-Options: nosniff", "default-src 'self'", "frame-ancestors 'none'")
                .contains("X-Frame-Options: DENY", "Referrer-Policy: no-referrer")
                .doesNotContain("Access-Control-Allow-Origin");
    }

    /** Status line and headers of an answer; the connection stays open. */
    private String ask(String method, String path, String host, String accept) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), page.address().getPort());
        socket.setSoTimeout(30_000);
        String request = "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\nContent-Length: 0\r\n\r\n"
                .formatted(method, path, host, accept);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        if (head.indexOf("text/event-stream") >= 0 && head.indexOf(" 200 ") >= 0) {
            open.add(socket);
        } else {
            socket.close();
        }
        return head.toString();
    }
}
