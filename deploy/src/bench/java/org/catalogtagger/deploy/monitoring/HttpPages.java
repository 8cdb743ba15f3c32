package org.catalogtagger.deploy.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Something on loopback that answers each request in the same way, after a while, or with an error. */
final class HttpPages implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Supplier<byte[]> body;
    private final Duration delay;
    private volatile int status = 200;

    HttpPages(Supplier<byte[]> body, Duration delay) throws IOException {
        this.body = body;
        this.delay = delay;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI address() {
        return URI.create("http://127.0.0.1:%d/1.jpg".formatted(port()));
    }

    /** How it answers from now on. */
    void status(int code) {
        status = code;
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            TimeUnit.MILLISECONDS.sleep(delay.toMillis());
            byte[] bytes = body.get();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
