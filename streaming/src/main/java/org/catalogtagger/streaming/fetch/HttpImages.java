package org.catalogtagger.streaming.fetch;

import java.io.IOException;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.catalogtagger.streaming.fetch.FetchException.Reason;

/** Reads images over HTTP, where the allow-list lets it go, redirects and all. */
final class HttpImages implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;

    /** Headers, trailers and the extensions of chunks are lines; the client has no bounds by itself. */
    private static final Http1Config LINES = Http1Config.custom()
            .setMaxHeaderCount(100)
            .setMaxLineLength(16 << 10)
            .setMaxEmptyLineCount(10)
            .build();

    private static final TimeValue IDLE = TimeValue.ofSeconds(30);

    private final int maxBytes;
    private final AllowedUris allowed;
    private final CloseableHttpClient http;

    HttpImages(FetchPolicy policy, AllowedUris allowed) {
        this.maxBytes = policy.maxBytes();
        this.allowed = allowed;
        DnsResolver names = policy.allowInternal() ? SystemDefaultDnsResolver.INSTANCE : new PublicAddresses();
        Timeout timeout = Timeout.of(policy.timeout());
        // A fetch that hangs in the resolution of a name keeps its place among the connections.
        int connections = policy.parallel() + Fetches.mostHanging(policy);
        // Redirects and retries are ours: each target is checked, and the time is shared.
        this.http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setDnsResolver(names)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(LINES)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(timeout)
                                .setSocketTimeout(timeout)
                                .build())
                        .build())
                .evictIdleConnections(IDLE)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(timeout)
                        .setConnectionRequestTimeout(timeout)
                        .build())
                .setUserAgent("catalog-tagger")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .build();
    }

    /**
     * The body that a URI leads to.
     *
     * @throws IOException if another try may find it
     */
    byte[] read(Target first, Deadline deadline) throws IOException, FetchException {
        Target target = first;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpGet get = new HttpGet(target.uri());
            deadline.onExpiry(get::abort);
            Answer answer = get(get, target);
            if (answer.location().isEmpty()) {
                return answer.body();
            }
            target = target.redirect(answer.location().get());
            UriFetcher.requireAllowed(allowed, target);
        }
        throw new FetchException(Reason.FAILED, first + " redirects more than " + MAX_REDIRECTS + " times");
    }

    /** A body, or where to look instead. */
    private record Answer(byte[] body, Optional<String> location) {}

    private Answer get(HttpGet get, Target target) throws IOException, FetchException {
        HttpHost host = new HttpHost(target.scheme(), target.host(), target.port());
        ClassicHttpResponse response = http.executeOpen(host, get, null);
        boolean complete = false;
        try {
            Answer answer = read(response);
            complete = answer.location().isEmpty();
            return answer;
        } finally {
            if (complete) {
                response.close();
            } else {
                get.abort(); // to close the response would read the rest of it, however long
            }
        }
    }

    private Answer read(ClassicHttpResponse response) throws IOException, FetchException {
        int status = response.getCode();
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (status / 100 == 3 && location != null) {
            return new Answer(new byte[0], Optional.of(location.getValue()));
        }
        if (status != HttpStatus.SC_OK) {
            boolean again = status >= 500
                    || status == HttpStatus.SC_TOO_MANY_REQUESTS
                    || status == HttpStatus.SC_REQUEST_TIMEOUT;
            String message = "HTTP status " + status;
            if (again) {
                throw new IOException(message);
            }
            throw new FetchException(Reason.FAILED, message);
        }
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new Answer(new byte[0], Optional.empty());
        }
        if (entity.getContentLength() > maxBytes) {
            throw UriFetcher.tooMany(maxBytes);
        }
        return new Answer(UriFetcher.limited(entity.getContent(), maxBytes), Optional.empty());
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
