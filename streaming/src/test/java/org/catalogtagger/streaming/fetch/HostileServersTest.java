package org.catalogtagger.streaming.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that never come to an end, each in a way of its own, over real sockets. */
class HostileServersTest {
    private static final int MAX_BYTES = 1000;
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    /** For what a busy machine adds; the servers go on for ever. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket server;

    /** What a server says: something first, then the same again and again. */
    enum Behaviour {
        SILENCE("", "", true, Reason.TIMEOUT),
        A_STATUS_LINE_THAT_DRIPS("HTTP/1.1 2", "0", true, Reason.TIMEOUT),
        A_STATUS_LINE_WITHOUT_END("HTTP/1.1 200 ", "x".repeat(500), false, Reason.FAILED),
        EMPTY_LINES_WITHOUT_END("", "\r\n", false, Reason.FAILED),
        A_HEADER_THAT_DRIPS(OK + "X: ", "y", true, Reason.TIMEOUT),
        A_HEADER_WITHOUT_END(OK + "X: ", "y".repeat(500), false, Reason.FAILED),
        A_FOLDED_HEADER_WITHOUT_END(OK + "X: y\r\n", " " + "y".repeat(500) + "\r\n", false, Reason.FAILED),
        HEADERS_WITHOUT_END(OK, "X: y\r\n", false, Reason.FAILED),
        HEADERS_THAT_DRIP(OK, "X: y\r\n", true, Reason.TIMEOUT),
        INFORMATIONAL_RESPONSES_WITHOUT_END("", "HTTP/1.1 102 Processing\r\n\r\n", false, Reason.TIMEOUT),
        INFORMATIONAL_RESPONSES_THAT_DRIP("", "HTTP/1.1 103 Early Hints\r\n\r\n", true, Reason.TIMEOUT),
        A_BODY_THAT_DRIPS(OK + "Content-Length: 900\r\n\r\n", "x", true, Reason.TIMEOUT),
        A_BODY_WITHOUT_LENGTH_THAT_DRIPS(OK + "\r\n", "x", true, Reason.TIMEOUT),
        A_BODY_WITHOUT_END(OK + "\r\n", "x".repeat(500), false, Reason.TOO_MANY_BYTES),
        A_BODY_THAT_SAYS_IT_IS_LARGE(OK + "Content-Length: 1001\r\n\r\n", "", true, Reason.TOO_MANY_BYTES),
        A_BODY_OF_AN_ABSURD_LENGTH(OK + "Content-Length: 99999999999999999999\r\n\r\n", "", true, Reason.FAILED),
        CHUNKS_WITHOUT_END(CHUNKED, "a\r\n0123456789\r\n", false, Reason.TOO_MANY_BYTES),
        CHUNKS_THAT_DRIP(CHUNKED, "1\r\nx\r\n", true, Reason.TIMEOUT),
        A_CHUNK_EXTENSION_THAT_DRIPS(CHUNKED + "1;", "x", true, Reason.TIMEOUT),
        A_CHUNK_EXTENSION_WITHOUT_END(CHUNKED + "1;", "x".repeat(500), false, Reason.FAILED),
        TRAILERS_THAT_DRIP(CHUNKED + "1\r\nx\r\n0\r\n", "X: y\r\n", true, Reason.TIMEOUT),
        TRAILERS_WITHOUT_END(CHUNKED + "1\r\nx\r\n0\r\n", "X: y\r\n", false, Reason.FAILED),
        A_REDIRECT_THAT_DRIPS("HTTP/1.1 302 Found\r\nLocation: ", "/", true, Reason.TIMEOUT),
        A_REDIRECT_TO_ITSELF_WITH_A_BODY_WITHOUT_END(
                "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "x".repeat(500), false, Reason.FAILED),
        NO_HTTP("SSH-2.0-OpenSSH_9.2\r\n", "", true, Reason.TIMEOUT);

        final String first;
        final String again;
        final boolean slow;
        final Reason reason;

        Behaviour(String first, String again, boolean slow, Reason reason) {
            this.first = first;
            this.again = again;
            this.slow = slow;
            this.reason = reason;
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        end.countDown();
        server.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void endsInTimeAndLeavesItsThread(Behaviour behaviour) throws Exception {
        threads.execute(() -> serve(behaviour));
        // What is bounded by size must end by that, long before its time is up.
        Duration timeout = behaviour.reason == Reason.TIMEOUT ? TIMEOUT : Duration.ofMinutes(1);
        assertThat(faultOf("http://127.0.0.1:" + server.getLocalPort() + "/", timeout)
                        .reason())
                .isEqualTo(behaviour.reason);
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENCE", "A_STATUS_LINE_THAT_DRIPS", "EMPTY_LINES_WITHOUT_END"})
    void endsInTimeWhereAHandshakeIsDue(Behaviour behaviour) throws Exception {
        threads.execute(() -> serve(behaviour));
        assertThat(faultOf("https://127.0.0.1:" + server.getLocalPort() + "/", TIMEOUT)
                        .reason())
                .isIn(Reason.TIMEOUT, Reason.FAILED);
    }

    @Test
    void endsInTimeWhereNobodyTakesTheCall() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
                Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertThat(faultOf("http://127.0.0.1:" + full.getLocalPort() + "/", TIMEOUT)
                            .reason())
                    .isEqualTo(Reason.TIMEOUT);
        }
    }

    private static FetchException faultOf(String uri, Duration timeout) throws Exception {
        FetchPolicy policy = new FetchPolicy(List.of(uri), true, timeout, 0, 2, 10, false, MAX_BYTES);
        try (Fetches fetches = new Fetches(policy)) {
            long begun = System.nanoTime();
            Throwable fault = catchThrowable(() -> fetches.start(uri.getBytes(ISO_8859_1))
                    .get(TIMEOUT.plus(Fetches.GRACE).plus(SLACK).toMillis(), TimeUnit.MILLISECONDS));
            while (fetches.activeThreads() > 0) {
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("it still has its thread")
                        .isLessThan(TIMEOUT.plus(Fetches.GRACE).plus(SLACK));
                Thread.onSpinWait();
            }
            assertThat(fault).hasCauseInstanceOf(FetchException.class);
            FetchException found = (FetchException) Objects.requireNonNull(fault.getCause());
            assertThat(found).hasMessageNotContaining("given up");
            return found;
        }
    }

    private void serve(Behaviour behaviour) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> talk(socket, behaviour));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket, Behaviour behaviour) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            out.write(behaviour.first.getBytes(ISO_8859_1));
            byte[] again = behaviour.again.getBytes(ISO_8859_1);
            while (!end.await(behaviour.slow ? 20 : 0, TimeUnit.MILLISECONDS)) {
                out.write(again);
            }
        } catch (IOException e) {
            // The client has had enough.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
