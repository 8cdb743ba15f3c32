package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import io.javalin.http.staticfiles.Location;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.model.bundle.Json;

/** The page over HTTP. Each viewer gets, once a second, those sections that have changed, as server-sent events. */
final class WatchPage implements AutoCloseable {
    private static final long TICK_MILLIS = 1000;
    private static final int VIEWERS = 64;
    private static final int DEFAULT_WINDOWS = 15;

    /** Nothing but what this server serves; charts set styles. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

    private final LiveView view;
    private final Javalin server;
    private final Semaphore seats = new Semaphore(VIEWERS);
    private final URI address;
    private volatile boolean stopping;

    /**
     * Starts to serve.
     *
     * @param port 0 for one that is free
     * @throws io.javalin.util.JavalinException if it cannot listen there
     */
    WatchPage(String host, int port, LiveView view) {
        this.view = view;
        this.server = Javalin.create(this::configure);
        server.start(host, port);
        this.address = URI.create("http://" + host + ":" + server.port() + "/");
    }

    private void configure(JavalinConfig config) {
        config.showJavalinBanner = false;
        config.startupWatcherEnabled = false;
        config.http.gzipOnlyCompression();
        config.staticFiles.enableWebjars();
        config.staticFiles.add("/org/catalogtagger/streaming/watch/page", Location.CLASSPATH);
        config.router.mount(routes -> {
            routes.before(request ->
                    request.header("Content-Security-Policy", POLICY).header("X-Content-Type-Options", "nosniff"));
            routes.get("/pictures/{sample}", this::picture);
            routes.sse("/events", this::seat);
        });
    }

    URI address() {
        return address;
    }

    private void picture(Context request) {
        long sample = request.pathParamAsClass("sample", Long.class).get();
        view.picture(sample)
                .ifPresentOrElse(
                        bytes -> request.contentType(
                                        bytes[0] == (byte) 0xff ? ContentType.IMAGE_JPEG : ContentType.IMAGE_PNG)
                                .header("Cache-Control", "max-age=3600")
                                .result(bytes),
                        () -> request.status(HttpStatus.NOT_FOUND));
    }

    private void seat(SseClient viewer) {
        if (!seats.tryAcquire()) {
            viewer.ctx().status(HttpStatus.SERVICE_UNAVAILABLE);
            return;
        }
        viewer.keepAlive();
        Filter filter = filter(viewer.ctx());
        // A slow viewer must hold up no other, and writing to it blocks.
        Thread thread = new Thread(() -> show(viewer, filter), "watch viewer");
        thread.setDaemon(true);
        thread.start();
    }

    private static Filter filter(Context request) {
        return new Filter(
                text(request, "model"),
                text(request, "segment"),
                text(request, "label"),
                request.queryParamAsClass("windows", Integer.class)
                        .check(windows -> windows > 0, "must be positive")
                        .getOrDefault(DEFAULT_WINDOWS));
    }

    private static String text(Context request, String name) {
        String value = request.queryParam(name);
        return value == null ? "" : value;
    }

    private void show(SseClient viewer, Filter filter) {
        Map<String, JsonNode> shown = new HashMap<>();
        try (viewer) {
            while (!viewer.terminated() && !stopping) {
                JsonNode sections = Json.MAPPER.valueToTree(view.sections(filter));
                for (Map.Entry<String, JsonNode> section : sections.properties()) {
                    if (!section.getValue().equals(shown.put(section.getKey(), section.getValue()))) {
                        viewer.sendEvent(section.getKey(), section.getValue().toString());
                    }
                }
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            seats.release();
        }
    }

    @Override
    public void close() {
        stopping = true;
        server.stop();
    }
}
