package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import io.javalin.http.staticfiles.Location;
import java.net.URI;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.catalogtagger.model.bundle.Json;

/** The page over HTTP. Each viewer gets, once a second, those sections that have changed, as server-sent events. */
final class WatchPage implements AutoCloseable {
    private static final long TICK_MILLIS = 1000;
    private static final int VIEWERS = 64;
    private static final int DEFAULT_WINDOWS = 15;

    /** Nothing but what this server serves; charts set styles. */
    private static final String POLICY =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy", POLICY,
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin");

    private static final Set<HandlerType> METHODS = EnumSet.of(HandlerType.GET, HandlerType.HEAD);
    private static final String EVENT_STREAM = "text/event-stream";

    private final LiveView view;
    private final ServedHosts hosts;
    private final Javalin server;
    private final Semaphore seats = new Semaphore(VIEWERS);
    private final URI address;
    private volatile boolean stopping;

    /**
     * Starts to serve.
     *
     * @param names by which others lead here
     * @param port 0 for one that is free
     * @throws io.javalin.util.JavalinException if it cannot listen there
     */
    WatchPage(String host, Collection<String> names, int port, LiveView view) {
        this.view = view;
        this.hosts = new ServedHosts(host, names);
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
            routes.before(this::admit);
            routes.get("/pictures/{sample}", this::sample);
            routes.get("/alert-images/{topic}/{partition}/{offset}", this::alertImage);
            routes.get("/events", this::events);
        });
    }

    private void admit(Context request) {
        HEADERS.forEach(request::header);
        String host = request.host();
        if (host == null || !hosts.serve(host)) {
            throw new HttpResponseException(
                    HttpStatus.MISDIRECTED_REQUEST.getCode(), "Not served by this name; ask by address.");
        }
        if (!METHODS.contains(request.method())) {
            request.header("Allow", "GET, HEAD");
            throw new MethodNotAllowedResponse();
        }
    }

    URI address() {
        return address;
    }

    private void sample(Context request) {
        picture(
                request,
                view.picture(request.pathParamAsClass("sample", Long.class).get()));
    }

    /** Only what an alert shows: a viewer cannot ask for any record. */
    private void alertImage(Context request) {
        picture(
                request,
                view.alertPicture("%s/%s/%s"
                        .formatted(
                                request.pathParam("topic"),
                                request.pathParam("partition"),
                                request.pathParam("offset"))));
    }

    private static void picture(Context request, Optional<byte[]> picture) {
        picture.ifPresentOrElse(
                bytes -> request.contentType(bytes[0] == (byte) 0xff ? ContentType.IMAGE_JPEG : ContentType.IMAGE_PNG)
                        .header("Cache-Control", "max-age=3600")
                        .result(bytes),
                () -> request.status(HttpStatus.NOT_FOUND));
    }

    private void events(Context request) {
        Filter filter = filter(request);
        if (!EVENT_STREAM.equals(request.header("Accept"))) {
            throw new HttpResponseException(
                    HttpStatus.NOT_ACCEPTABLE.getCode(), "Only as " + EVENT_STREAM + "; the page is at /.");
        }
        if (!seats.tryAcquire()) {
            request.header("Retry-After", "10");
            throw new ServiceUnavailableResponse("%d viewers watch already.".formatted(VIEWERS));
        }
        AtomicBoolean seated = new AtomicBoolean(true);
        Runnable leave = () -> {
            if (seated.getAndSet(false)) {
                seats.release();
            }
        };
        try {
            // Answers 200, then shows in a thread of its own: to write to a slow viewer blocks.
            new SseHandler(viewer -> {
                        try (viewer) {
                            show(viewer, filter);
                        } finally {
                            leave.run();
                        }
                    })
                    .handle(request);
        } catch (Throwable e) {
            leave.run();
            throw e;
        }
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
        Map<String, Object> values = new HashMap<>();
        Map<String, JsonNode> shown = new HashMap<>();
        try {
            while (!viewer.terminated() && !stopping) {
                for (Map.Entry<String, Object> section :
                        view.sections(filter).byName().entrySet()) {
                    Object value = section.getValue();
                    // The largest is the same object until it changes.
                    if (value != values.put(section.getKey(), value)) {
                        JsonNode json = Json.MAPPER.valueToTree(value);
                        if (!json.equals(shown.put(section.getKey(), json))) {
                            viewer.sendEvent(section.getKey(), json.toString());
                        }
                    }
                }
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stopping = true;
        server.stop();
    }
}
