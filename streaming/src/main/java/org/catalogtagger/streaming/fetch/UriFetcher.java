package org.catalogtagger.streaming.fetch;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.catalogtagger.streaming.fetch.PublicAddresses.InternalAddressException;

/** Fetches images by HTTP or from files, in the calling thread. Threads may share it. */
final class UriFetcher implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final FetchPolicy policy;
    private final AllowedUris allowed;
    private final HttpImages http;
    private final FileImages files;

    UriFetcher(FetchPolicy policy) {
        this.policy = policy;
        this.allowed = new AllowedUris(policy.allow());
        this.http = new HttpImages(policy, allowed);
        this.files = new FileImages(policy.maxBytes(), allowed);
    }

    /**
     * What the URI leads to.
     *
     * @param deadline expired by another thread when the policy's time is up
     */
    byte[] fetch(Target target, Deadline deadline) throws FetchException {
        try {
            return retry(target, deadline);
        } catch (FetchException | RuntimeException | InterruptedException e) {
            if (deadline.isExpired()) {
                throw timeout(target, e);
            }
            if (e instanceof FetchException fault) {
                throw fault;
            }
            throw new FetchException(Reason.FAILED, target + ": " + messageOf(e), e);
        }
    }

    private byte[] retry(Target target, Deadline deadline) throws FetchException, InterruptedException {
        requireAllowed(allowed, target);
        for (int attempt = 0; ; attempt++) {
            try {
                return target.isHttp() ? http.read(target, deadline) : files.read(target);
            } catch (InternalAddressException e) {
                throw new FetchException(Reason.NOT_ALLOWED, messageOf(e), e);
            } catch (UnsupportedFileSystemSchemeException e) {
                throw new FetchException(Reason.BAD_URI, "nothing here reads the scheme " + target.scheme(), e);
            } catch (FileNotFoundException | NoSuchFileException e) {
                throw new FetchException(Reason.FAILED, "not there: " + target, e);
            } catch (InterruptedIOException e) {
                throw timeout(target, e);
            } catch (IOException e) {
                if (attempt >= policy.retries() || deadline.isExpired()) {
                    throw new FetchException(Reason.FAILED, target + ": " + messageOf(e), e);
                }
                TimeUnit.NANOSECONDS.sleep(FIRST_PAUSE.toNanos() << attempt);
            }
        }
    }

    static void requireAllowed(AllowedUris allowed, Target target) throws FetchException {
        if (!allowed.cover(target)) {
            throw new FetchException(Reason.NOT_ALLOWED, "no entry of images.fetch.allow covers " + target);
        }
    }

    /** All bytes, unless they are too many. */
    static byte[] limited(InputStream in, int maxBytes) throws IOException, FetchException {
        byte[] all = in.readNBytes(maxBytes + 1);
        if (all.length > maxBytes) {
            throw tooMany(maxBytes);
        }
        return all;
    }

    static FetchException tooMany(int maxBytes) {
        return new FetchException(Reason.TOO_MANY_BYTES, "more bytes than the limit of %,d".formatted(maxBytes));
    }

    private FetchException timeout(Target target, Exception e) {
        return new FetchException(
                Reason.TIMEOUT,
                "%s: not within %d ms".formatted(target, policy.timeout().toMillis()),
                e);
    }

    private static String messageOf(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
