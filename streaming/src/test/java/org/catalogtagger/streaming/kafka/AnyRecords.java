package org.catalogtagger.streaming.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.jspecify.annotations.Nullable;

/** Records as any producer may send them, the same for the same seed. */
final class AnyRecords {
    static final String IMAGES = "product-images";
    static final String LABELS = "product-labels";
    static final String RELEASES = "model-releases";
    static final String ACCEPTANCES = "drift-acceptances";

    /** Every other record is as it should be in most respects, so that what is odd meets what is good. */
    private static final double ODD = 0.3;

    private static final double GIANT = 0.004;
    private static final List<String> HEADER_NAMES = List.of(
            "label",
            "segment",
            "content-type",
            "ce_id",
            "ce_type",
            "source-record",
            "event-time-replaced",
            "audit",
            "audit-probability",
            "cut",
            "reason",
            "detail",
            "at",
            "",
            "ü",
            "x");

    private final Random random;
    private final List<Path> bundles;
    private final Path images;

    /**
     * Records for a job.
     *
     * @param bundles that can be released
     * @param images a folder that may be fetched from, with {@code 1.jpg}
     */
    AnyRecords(long seed, List<Path> bundles, Path images) {
        this.random = new Random(seed);
        this.bundles = bundles;
        this.images = images;
    }

    /**
     * What must come of a record.
     *
     * @param outcomes of a release, from all subtasks together
     * @param leastRejected rejections at least
     * @param mostRejected rejections at most
     */
    record Expected(int outcomes, int leastRejected, int mostRejected) {}

    /** A record and what must come of it. */
    record Sent(ProducerRecord<byte[], byte[]> event, Expected expected) {
        Sent(ProducerRecord<byte[], byte[]> event, int outcomes, int leastRejected, int mostRejected) {
            this(event, new Expected(outcomes, leastRejected, mostRejected));
        }
    }

    Sent next(int subtasks) throws IOException {
        double topic = random.nextDouble();
        if (topic < 0.7) {
            return new Sent(image(), 0, 0, 1);
        }
        if (topic < 0.9) {
            return new Sent(label(), 0, 0, 1);
        }
        return topic < 0.97 ? release(subtasks) : acceptance();
    }

    private ProducerRecord<byte[], byte[]> image() throws IOException {
        List<Header> headers = headers();
        if (random.nextDouble() < 0.15) {
            headers.add(new RecordHeader("content-type", bytes("text/uri-list")));
            return timed(IMAGES, key(), bytes(uri()), headers);
        }
        return timed(IMAGES, key(), imageBytes(), headers);
    }

    private byte @Nullable [] imageBytes() throws IOException {
        if (random.nextDouble() < GIANT) {
            return pick(noise(1_048_480), noise(3 << 20), new byte[2 << 20], new byte[17 << 20]);
        }
        byte[] jpeg = SampleCatalogue.jpeg(ProductShape.TIES, new Random(random.nextInt(10)));
        if (random.nextDouble() > ODD) {
            return jpeg;
        }
        for (int i = random.nextInt(10); i >= 0; i--) {
            jpeg[random.nextInt(jpeg.length)] = (byte) random.nextInt();
        }
        return pickOrNone(
                new byte[0],
                noise(random.nextInt(3000)),
                bytes("%PDF-1.7"),
                jpeg,
                jpeg,
                jpeg,
                Arrays.copyOf(jpeg, random.nextInt(jpeg.length)));
    }

    private String uri() {
        String good = images.resolve("1.jpg").toUri().toString();
        return pick(
                good,
                good,
                good + "?x",
                good + "%00",
                good + "#y",
                good + "\n" + good,
                images.toUri() + "none.jpg",
                images.toUri() + "../secret",
                images.toUri().toString(),
                "file://host/1.jpg",
                "http://127.0.0.1:1/",
                "",
                "http://",
                "\u0000",
                "data:,x",
                "x".repeat(100_000),
                "file:" + "%2e%2e/".repeat(500),
                "\ud83d\ude00");
    }

    private ProducerRecord<byte[], byte[]> label() {
        String time = pick(
                "\"%s\"".formatted(Instant.now()),
                "\"+999999999-12-31T23:59:59Z\"",
                "1769857200123",
                "1e999",
                "null",
                "-1",
                "\"x\"",
                "{}",
                Long.toString(Long.MIN_VALUE));
        String json = "{\"label\": %s, \"labelledAt\": %s, \"by\": []}"
                .formatted(
                        pick(
                                "\"Ties\"",
                                "\"Ties\"",
                                "\"\\ud800\"",
                                "null",
                                "7",
                                "\"\"",
                                "\"%s\"".formatted("x".repeat(999))),
                        time);
        if (random.nextDouble() > ODD) {
            json = "{\"label\": \"Ties\", \"labelledAt\": \"%s\", \"by\": []}".formatted(Instant.now());
        }
        byte[] value = random.nextDouble() > ODD
                ? bytes(json)
                : pickOrNone(
                        new byte[0],
                        bytes("null"),
                        bytes(json.substring(random.nextInt(20))),
                        noise(random.nextInt(200)),
                        bytes("[".repeat(5000)));
        return timed(LABELS, key(), random.nextDouble() < GIANT ? noise(2 << 20) : value, headers());
    }

    private Sent release(int subtasks) {
        String role = pick("live", "live", "shadow", "LIVE", "", "\u0000");
        boolean isRole = role.equals("live") || role.equals("shadow");
        if (isRole && random.nextDouble() < 0.1) {
            String json = "{\"bundle\": \"%s\", \"modelVersion\": \"\", \"releasedAt\": \"%s\", \"by\": 1}"
                    .formatted(pick(bundles.get(0), bundles.get(1), Path.of("/nowhere")), Instant.now());
            return new Sent(timed(RELEASES, bytes(role), bytes(json), headers()), subtasks, 0, 0);
        }
        String broken = "{\"bundle\": %s, \"modelVersion\": %s, \"releasedAt\": %s}"
                .formatted(
                        pick("\"/m\"", "7"),
                        pick("null", "[]", "\"" + "v".repeat(300) + '"'),
                        pick("\"2026-01-01T00:00:00Z\"", "\"+999999999-12-31T23:59:59Z\"", "null"));
        byte[] value = pick(
                bytes("null"),
                new byte[0],
                bytes("/models/2"),
                bytes(broken),
                noise(100),
                bytes("{}"),
                bytes("{\"bundle\": \"%s\"}".formatted("m".repeat(100_000))));
        return new Sent(timed(RELEASES, bytes(role), value, headers()), isRole ? 1 : 0, 1, 1);
    }

    /** Of alerts that are not open. */
    private Sent acceptance() {
        String json =
                "{\"kind\": \"%s\", \"label\": \"Ties\", \"modelVersion\": \"tiny-1\", \"since\": %s, \"acceptedAt\": \"%s\"}";
        if (random.nextDouble() > ODD) {
            String good = json.formatted(
                    pick("accuracy", "calibration", "confusions", "brightness", "unknown-label"),
                    "1769857200123",
                    Instant.now());
            return new Sent(timed(ACCEPTANCES, key(), bytes(good), headers()), 0, 0, 0);
        }
        byte[] value = pickOrNone(
                new byte[0],
                bytes("null"),
                noise(100),
                bytes("[".repeat(5000)),
                bytes(json.formatted("none", "1769857200123", Instant.now())),
                bytes(json.formatted("accuracy", "1e999", Instant.now())),
                bytes(json.formatted("accuracy", "1769857200123", "x")));
        return new Sent(timed(ACCEPTANCES, key(), value, headers()), 0, 1, 1);
    }

    private byte @Nullable [] key() {
        if (random.nextDouble() < GIANT) {
            return pick(noise(600_000), bytes("k".repeat(1_040_000)), new byte[1025]);
        }
        if (random.nextDouble() > ODD) {
            return bytes("product-" + random.nextInt(500));
        }
        return pickOrNone(
                new byte[0],
                noise(1 + random.nextInt(20)),
                bytes("\u0000\u001f"),
                bytes("\"\\\ud83d\ude00é"),
                bytes("\u0001".repeat(1024)),
                bytes("k".repeat(1025)));
    }

    private List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        if (random.nextDouble() > ODD) {
            headers.add(new RecordHeader("label", bytes("Ties")));
            return headers;
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            headers.add(new RecordHeader(HEADER_NAMES.get(random.nextInt(HEADER_NAMES.size())), headerValue()));
        }
        if (random.nextDouble() < 0.02) {
            for (int i = 0; i < 500; i++) {
                headers.add(new RecordHeader(pick("segment", "ce_id", "x"), bytes("value-" + i)));
            }
        }
        if (random.nextDouble() < 0.01) {
            headers.add(new RecordHeader("n".repeat(20_000), null));
        }
        // By chance an image may become a URI: the value then is one that cannot be fetched.
        return headers;
    }

    private byte @Nullable [] headerValue() {
        return random.nextDouble() < 5 * GIANT
                ? noise(pick(300_000, 10_000))
                : pickOrNone(
                        new byte[0],
                        bytes("Ties"),
                        bytes("text/uri-list"),
                        noise(20),
                        bytes("x".repeat(300)),
                        bytes("ü\u0000"));
    }

    /** At whatever time: Kafka's own class takes none below 0, other producers send them. */
    private ProducerRecord<byte[], byte[]> timed(
            String topic, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        long now = System.currentTimeMillis();
        long time = random.nextDouble() > ODD
                ? now
                : pick(
                        -1L,
                        0L,
                        1L,
                        631_151_999_999L,
                        1_700_000_000_000L,
                        now + 59 * 60_000L,
                        now + 7_200_000L,
                        4_070_908_800_000L,
                        now * 1000,
                        now / 1000);
        return new ProducerRecord<>(topic, null, 0L, key, value, headers) {
            @Override
            public Long timestamp() {
                return time;
            }
        };
    }

    String compression() {
        return pick("none", "gzip", "snappy", "lz4", "zstd");
    }

    private byte[] noise(int size) {
        byte[] noise = new byte[size];
        random.nextBytes(noise);
        return noise;
    }

    private byte @Nullable [] pickOrNone(byte[]... choices) {
        int choice = random.nextInt(choices.length + 1);
        return choice < choices.length ? choices[choice] : null;
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
