package org.catalogtagger.streaming.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.catalogtagger.streaming.fetch.FetchException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileImagesTest {
    private static final int MAX_BYTES = 1000;

    @TempDir
    private Path folder;

    private Path images;
    private Fetches fetches;

    @BeforeEach
    void open() throws IOException {
        images = Files.createDirectory(folder.resolve("images"));
        fetches = new Fetches(policy(Duration.ofSeconds(30), images.toUri().toString(), "file:///dev"));
    }

    private static FetchPolicy policy(Duration timeout, String... allow) {
        return new FetchPolicy(List.of(allow), false, timeout, 0, 2, 10, false, MAX_BYTES);
    }

    @AfterEach
    void close() throws IOException {
        fetches.close();
        HangingFileSystem.release();
    }

    @Test
    void readsFilesWhereItMayAndFollowsNoLinkOutOfThere() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "secret");
        Path image = Files.writeString(images.resolve("1 a#?%.jpg"), "image");
        Path link = Files.createSymbolicLink(images.resolve("link.jpg"), secret);
        Path inside = Files.createSymbolicLink(images.resolve("inside.jpg"), image);
        assertThat(fetch(image.toUri().toString())).asString(UTF_8).isEqualTo("image");
        assertThat(fetch(inside.toUri().toString())).asString(UTF_8).isEqualTo("image");
        assertFault(link.toUri().toString(), Reason.NOT_ALLOWED).hasMessageContaining("link");
        assertFault(secret.toUri().toString(), Reason.NOT_ALLOWED).hasMessageContaining("images.fetch.allow");
        assertFault(images.resolve("none.jpg").toUri().toString(), Reason.FAILED)
                .hasMessageContaining("not there");
    }

    @Test
    void readsNoFileThatIsTooLarge() throws Exception {
        Path image = images.resolve("1.jpg");
        Files.write(image, new byte[MAX_BYTES]);
        assertThat(fetch(image.toUri().toString())).hasSize(MAX_BYTES);
        Files.write(image, new byte[MAX_BYTES + 1]);
        assertFault(image.toUri().toString(), Reason.TOO_MANY_BYTES);
        try (RandomAccessFile sparse = new RandomAccessFile(image.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        assertFault(image.toUri().toString(), Reason.TOO_MANY_BYTES);
    }

    @Test
    void opensNothingButRegularFiles() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", images.resolve("fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertFault(images.resolve("fifo").toUri().toString(), Reason.FAILED).hasMessageContaining("no regular file");
        assertFault("file:///dev/zero", Reason.FAILED).hasMessageContaining("no regular file");
        assertFault(images.toUri().toString(), Reason.FAILED).hasMessageContaining("no regular file");
    }

    /** {@code IMAGES} is a folder that may be read, with a file {@code 1.jpg}. */
    @ParameterizedTest
    @CsvSource({
        "IMAGES/1.jpg?x, BAD_URI",
        "IMAGES/1.jpg#f, BAD_URI",
        "IMAGES/%00, BAD_URI",
        "IMAGES/1.jpg%00.png, BAD_URI",
        "IMAGES/%0a, BAD_URI",
        "IMAGES/%, BAD_URI",
        "IMAGES/%zz, BAD_URI",
        "IMAGES/a b, BAD_URI",
        "IMAGES/\\1.jpg, BAD_URI",
        "file:1.jpg, BAD_URI",
        "file://host/1.jpg, NOT_ALLOWED",
        "file://localhost/etc/passwd, NOT_ALLOWED",
        "file:////etc/passwd, NOT_ALLOWED",
        "IMAGES/%2e%2e/secret, NOT_ALLOWED",
        "IMAGES/..%2fsecret, NOT_ALLOWED",
        "IMAGES/1.jpg/x, FAILED",
        "hdfs://host/1.jpg, NOT_ALLOWED"
    })
    void whatCannotBeReadIsAFaultAndNothingElse(String uri, Reason reason) throws Exception {
        Files.writeString(images.resolve("1.jpg"), "image");
        String prefix = images.toUri().toString().replaceAll("/$", "");
        assertFault(uri.replace("IMAGES", prefix), reason);
    }

    @Test
    void aSchemeThatNothingReadsIsABadUri() throws Exception {
        try (Fetches others = new Fetches(policy(Duration.ofSeconds(30), "gopher://host"))) {
            assertThatThrownBy(() ->
                            others.start("gopher://host/1.jpg".getBytes(UTF_8)).get())
                    .cause()
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.BAD_URI));
        }
    }

    @Test
    void givesUpAFileSystemThatHangsAndGoesOnUntilTooManyThreadsHang() throws Exception {
        HangingFileSystem.hang();
        fetches.close();
        fetches = new Fetches(policy(Duration.ofSeconds(1), images.toUri().toString(), "hang://nfs"));
        Files.writeString(images.resolve("1.jpg"), "image");
        for (int i = 0; i < 2; i++) {
            List<CompletableFuture<byte[]>> hanging = new ArrayList<>();
            for (int parallel = 0; parallel < 2; parallel++) {
                hanging.add(fetches.start("hang://nfs/1.jpg".getBytes(UTF_8)));
            }
            hanging.forEach(fetch -> assertThatThrownBy(fetch::get)
                    .cause()
                    .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                            .isEqualTo(Reason.TIMEOUT)));
            if (i == 0) {
                assertThat(fetch(images.resolve("1.jpg").toUri().toString())).hasSize(5);
            }
        }
        assertFault(images.resolve("1.jpg").toUri().toString(), Reason.FAILED)
                .hasMessageContaining("all 4 threads hang");
    }

    private byte[] fetch(String uri) throws Exception {
        try {
            return fetches.start(uri.getBytes(UTF_8)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FetchException fault ? fault : e;
        }
    }

    private AbstractThrowableAssert<?, ?> assertFault(String uri, Reason reason) {
        return assertThatThrownBy(() -> fetch(uri))
                .isInstanceOfSatisfying(FetchException.class, fault -> assertThat(fault.reason())
                        .as(fault.getMessage())
                        .isEqualTo(reason));
    }
}
