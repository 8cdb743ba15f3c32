package org.catalogtagger.streaming.fetch;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.util.Timeout;
import org.catalogtagger.streaming.fetch.FetchException.Reason;

/** Fetches images by HTTP, or by whatever Flink file system knows the scheme. Threads may share it. */
public final class UriFetcher implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int BUFFER = 8 << 10;

    private final FetchPolicy policy;
    private final AllowedUris allowed;
    private final CloseableHttpClient http;

    /** Not worth another try. */
    private static final class FinalException extends IOException {
        private static final long serialVersionUID = 1;

        private final Reason reason;

        FinalException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    public UriFetcher(FetchPolicy policy) {
        this.policy = policy;
        this.allowed = new AllowedUris(policy.allow());
        Timeout timeout = Timeout.of(policy.timeout());
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(policy.parallel())
                .setMaxConnPerRoute(policy.parallel())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build());
        if (!policy.allowInternal()) {
            connections.setDnsResolver(new PublicAddresses());
        }
        // Redirects and retries are ours: each target is checked, and the time is shared.
        this.http = HttpClients.custom()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(
                        RequestConfig.custom().setResponseTimeout(timeout).build())
                .setUserAgent("catalog-tagger")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .build();
    }

    /**
     * The URI that an event's value is.
     *
     * @param uriList {@code text/uri-list} (RFC 2483): lines, of which those that begin with {@code #} are comments
     * @throws FetchException if it is not exactly one
     */
    public static URI single(byte[] uriList) throws FetchException {
        List<String> uris = new String(uriList, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (uris.size() != 1) {
            throw new FetchException(Reason.BAD_URI, "%d URIs where one is due".formatted(uris.size()));
        }
        try {
            URI uri = new URI(uris.get(0));
            if (uri.getScheme() == null || uri.isOpaque()) {
                throw new FetchException(Reason.BAD_URI, "no absolute URI: " + uris.get(0));
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new FetchException(Reason.BAD_URI, "no URI: " + e.getMessage(), e);
        }
    }

    /** What the URI leads to. */
    public byte[] fetch(URI uri) throws FetchException, InterruptedException {
        long deadline = System.nanoTime() + policy.timeout().toNanos();
        requireAllowed(uri);
        for (int attempt = 0; ; attempt++) {
            try {
                return isHttp(uri) ? overHttp(uri, deadline) : overFileSystem(uri, deadline);
            } catch (FinalException e) {
                throw new FetchException(e.reason, uri + ": " + e.getMessage(), e);
            } catch (PublicAddresses.InternalAddressException e) {
                throw new FetchException(Reason.NOT_ALLOWED, String.valueOf(e.getMessage()), e);
            } catch (UnsupportedFileSystemSchemeException e) {
                throw new FetchException(Reason.BAD_URI, "nothing here reads the scheme " + uri.getScheme(), e);
            } catch (FileNotFoundException | NoSuchFileException e) {
                throw new FetchException(Reason.FAILED, "not there: " + uri, e);
            } catch (InterruptedIOException e) {
                throw timeout(uri, e);
            } catch (IOException e) {
                long pause = FIRST_PAUSE.toNanos() << attempt;
                if (attempt >= policy.retries()) {
                    throw new FetchException(Reason.FAILED, uri + ": " + messageOf(e), e);
                }
                if (System.nanoTime() + pause >= deadline) {
                    throw timeout(uri, e);
                }
                TimeUnit.NANOSECONDS.sleep(pause);
            }
        }
    }

    private void requireAllowed(URI uri) throws FetchException {
        if (!allowed.cover(uri)) {
            throw new FetchException(Reason.NOT_ALLOWED, "no entry of images.fetch.allow covers " + uri);
        }
    }

    private static boolean isHttp(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
    }

    private byte[] overHttp(URI first, long deadline) throws IOException, FetchException {
        URI uri = first;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpGet get = new HttpGet(uri);
            Answer answer = http.execute(get, response -> {
                try {
                    return read(response, deadline);
                } catch (IOException e) {
                    get.abort(); // or the client would read the rest, however long
                    throw e;
                }
            });
            if (answer.location().isEmpty()) {
                return answer.body();
            }
            try {
                uri = uri.resolve(answer.location());
            } catch (IllegalArgumentException e) {
                throw new FetchException(Reason.FAILED, first + " redirects to no URI: " + answer.location(), e);
            }
            requireAllowed(uri);
        }
        throw new FetchException(Reason.FAILED, first + " redirects more than " + MAX_REDIRECTS + " times");
    }

    /** A body, or where to look instead. */
    private record Answer(byte[] body, String location) {}

    private Answer read(ClassicHttpResponse response, long deadline) throws IOException {
        int status = response.getCode();
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (status / 100 == 3 && location != null) {
            return new Answer(new byte[0], location.getValue());
        }
        if (status != HttpStatus.SC_OK) {
            boolean again = status >= 500
                    || status == HttpStatus.SC_TOO_MANY_REQUESTS
                    || status == HttpStatus.SC_REQUEST_TIMEOUT;
            String message = "HTTP status " + status;
            throw again ? new IOException(message) : new FinalException(Reason.FAILED, message);
        }
        return new Answer(limited(response.getEntity().getContent(), deadline), "");
    }

    private byte[] overFileSystem(URI uri, long deadline) throws IOException, FetchException {
        if ("file".equalsIgnoreCase(uri.getScheme()) && !allowed.coverFile(java.nio.file.Path.of(uri))) {
            throw new FetchException(Reason.NOT_ALLOWED, "a link leads out of what images.fetch.allow covers: " + uri);
        }
        Path path = new Path(uri);
        try (FSDataInputStream in = path.getFileSystem().open(path)) {
            return limited(in, deadline);
        }
    }

    /** All bytes, unless they are too many or come too slowly. */
    private byte[] limited(InputStream in, long deadline) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(BUFFER);
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            all.write(buffer, 0, count);
            if (all.size() > policy.maxBytes()) {
                throw new FinalException(
                        Reason.TOO_MANY_BYTES, "more bytes than the limit of %,d".formatted(policy.maxBytes()));
            }
            if (System.nanoTime() > deadline) {
                throw new InterruptedIOException("too slow");
            }
        }
        return all.toByteArray();
    }

    private FetchException timeout(URI uri, Exception e) {
        return new FetchException(
                Reason.TIMEOUT,
                "%s: not within %d ms".formatted(uri, policy.timeout().toMillis()),
                e);
    }

    private static String messageOf(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
