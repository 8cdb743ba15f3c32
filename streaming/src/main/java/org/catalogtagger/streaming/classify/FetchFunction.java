package org.catalogtagger.streaming.classify;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.catalogtagger.streaming.events.ImageEvent;
import org.catalogtagger.streaming.fetch.FetchException;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.catalogtagger.streaming.fetch.FetchPolicy;
import org.catalogtagger.streaming.fetch.UriFetcher;
import org.catalogtagger.streaming.metrics.JobMetrics;
import org.jspecify.annotations.Nullable;

/** Fetches the images of events that carry a URI, many at a time. */
public final class FetchFunction extends RichAsyncFunction<ImageEvent, IncomingImage> {
    private static final long serialVersionUID = 1;

    private final FetchPolicy policy;

    private transient @Nullable UriFetcher fetcher;
    private transient @Nullable ExecutorService threads;
    private transient Counter fetched;

    public FetchFunction(FetchPolicy policy) {
        this.policy = policy;
    }

    @Override
    public void open(OpenContext context) {
        fetcher = new UriFetcher(policy);
        threads = Executors.newFixedThreadPool(policy.parallel(), task -> {
            Thread thread = new Thread(task, "fetch");
            thread.setDaemon(true);
            return thread;
        });
        fetched = new JobMetrics(getRuntimeContext()).counter("fetches_total");
    }

    @Override
    public void asyncInvoke(ImageEvent event, ResultFuture<IncomingImage> result) {
        if (threads == null) {
            throw new IllegalStateException("not open");
        }
        fetched.inc();
        threads.execute(() -> {
            try {
                result.complete(List.of(fetch(event)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(e);
            } catch (Error e) {
                result.completeExceptionally(e);
            }
        });
    }

    private IncomingImage fetch(ImageEvent event) throws InterruptedException {
        UriFetcher open = fetcher;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        try {
            byte[] uris = event.value() == null ? new byte[0] : event.value();
            return IncomingImage.fetched(event, open.fetch(UriFetcher.single(uris)));
        } catch (FetchException e) {
            return IncomingImage.unfetched(event, e.reason(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return IncomingImage.refused(event, OneImageFault.of("fetching it", e));
        }
    }

    @Override
    public void timeout(ImageEvent event, ResultFuture<IncomingImage> result) {
        result.complete(List.of(IncomingImage.unfetched(event, Reason.TIMEOUT, "given up: it did not end by itself")));
    }

    @Override
    public void close() throws Exception {
        if (threads != null) {
            threads.shutdownNow();
        }
        if (fetcher != null) {
            fetcher.close();
        }
        super.close();
    }
}
