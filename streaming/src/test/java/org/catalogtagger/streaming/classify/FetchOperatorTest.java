package org.catalogtagger.streaming.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.events.InputRecord;
import org.catalogtagger.streaming.fetch.FetchPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchOperatorTest {
    private static final int PARALLEL = 2;
    private static final int QUEUE = 5;

    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private String base;
    private OneInputStreamOperatorTestHarness<InputRecord, IncomingImage> harness;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/quick", exchange -> answer(exchange, "image"));
        server.createContext("/held", exchange -> {
            try {
                release.await();
                answer(exchange, "late");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.setExecutor(threads);
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        harness = harness(false, Duration.ofSeconds(30));
        harness.open();
    }

    private OneInputStreamOperatorTestHarness<InputRecord, IncomingImage> harness(boolean wait, Duration timeout)
            throws Exception {
        FetchPolicy policy = new FetchPolicy(List.of(base), true, timeout, 0, PARALLEL, QUEUE, wait, 1000);
        return new OneInputStreamOperatorTestHarness<>(
                new FetchOperator(policy),
                TypeInformation.of(InputRecord.class)
                        .createSerializer(new org.apache.flink.api.common.serialization.SerializerConfigImpl()));
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        harness.close();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void emitsEachImageWhenItIsThere() throws Exception {
        send("/held", 1);
        send("/quick", 2);
        await(() -> answers().equals(List.of("2 image")));
        release.countDown();
        await(() -> answers().equals(List.of("2 image", "1 late")));
    }

    @Test
    void rejectsWhatFindsNoRoomInsteadOfStoppingTheStream() throws Exception {
        harness.getProcessingTimeService().setCurrentTime(0);
        for (int id = 1; id <= 100; id++) {
            if (id == PARALLEL + QUEUE + 1) {
                // The stream waits once, and here the clock stands still.
                advanceTheClockSoon();
            }
            send("/held", id);
        }
        assertThat(answers()).hasSize(100 - PARALLEL - QUEUE).allMatch(answer -> answer.endsWith(" fetch-queue-full"));
        release.countDown();
        await(() -> answers().size() == 100);
        assertThat(answers()).filteredOn(answer -> answer.endsWith(" late")).hasSize(PARALLEL + QUEUE);
    }

    @Test
    void aBacklogIsFetchedAsFastAsTheServerAnswersAndNothingIsLost() throws Exception {
        for (int id = 1; id <= 500; id++) {
            send("/quick", id);
        }
        await(() -> answers().size() == 500);
        assertThat(answers()).allMatch(answer -> answer.endsWith(" image"));
    }

    @Test
    void waitsForRoomWhereItIsToldTo() throws Exception {
        harness.close();
        harness = harness(true, Duration.ofMillis(100));
        harness.open();
        for (int id = 1; id <= 20; id++) {
            send("/held", id);
        }
        harness.endInput();
        assertThat(answers()).hasSize(20).allMatch(answer -> answer.endsWith(" fetch-timeout"));
    }

    @Test
    void aLargeKeyOrHeaderTakesItsRoom() throws Exception {
        send("/held", 1);
        send("/held", 2);
        byte[] megabyte = new byte[1 << 20];
        advanceTheClockSoon();
        for (int i = 0; i < QUEUE; i++) {
            harness.processElement(
                    new InputRecord(new byte[4 << 20], uri("/held"), List.of(new EventHeader("large", megabyte)), 1),
                    1);
        }
        assertThat(answers()).hasSize(2).allMatch(answer -> answer.endsWith(" fetch-queue-full"));
    }

    @Test
    void watermarksGoAsFarAsTheEventsOnTheirWayAllowAndFillNothing() throws Exception {
        send("/held", 1000);
        for (int time = 0; time < 5000; time++) {
            harness.processWatermark(time);
        }
        assertThat(lastWatermark()).isEqualTo(999);
        for (int id = 5001; id <= 5020; id++) {
            send("/quick", id);
            int sent = id - 5000;
            await(() -> answers().size() == sent);
        }
        assertThat(lastWatermark()).as("the one before still holds").isEqualTo(999);
        release.countDown();
        await(() -> lastWatermark() == 4999);
    }

    @Test
    void aLateEventHoldsNoTimeBack() throws Exception {
        harness.processWatermark(5000);
        send("/held", 1000);
        harness.processWatermark(6000);
        assertThat(lastWatermark()).isEqualTo(6000);
    }

    @Test
    void restsOnlyWhenNothingIsOnItsWay() throws Exception {
        send("/held", 1000);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        assertThat(harness.getOutput()).doesNotContain(WatermarkStatus.IDLE);
        release.countDown();
        await(() -> harness.getOutput().contains(WatermarkStatus.IDLE));
    }

    @Test
    void whatWasOnItsWayAtACheckpointIsFetchedAgain() throws Exception {
        for (int id = 1; id <= PARALLEL + QUEUE; id++) {
            send("/held", id);
        }
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        release.countDown();
        harness = harness(false, Duration.ofSeconds(30));
        harness.initializeState(state);
        harness.open();
        await(() -> answers().size() == PARALLEL + QUEUE);
        assertThat(answers())
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, PARALLEL + QUEUE)
                        .mapToObj(id -> id + " late")
                        .toList());
    }

    @Test
    void anEventWithoutAUriIsRejected() throws Exception {
        harness.processElement(new InputRecord("1".getBytes(UTF_8), null, List.of(), 1), 1);
        await(() -> answers().equals(List.of("1 bad-uri")));
    }

    private void send(String path, int id) throws Exception {
        harness.processElement(new InputRecord(Integer.toString(id).getBytes(UTF_8), uri(path), List.of(), id), id);
    }

    private byte[] uri(String path) {
        return (base + path).getBytes(UTF_8);
    }

    /** Product and image, or product and reason. */
    private List<String> answers() {
        List<String> answers = new ArrayList<>();
        for (Object output : harness.getOutput()) {
            if (output instanceof StreamRecord<?> emitted && emitted.getValue() instanceof IncomingImage image) {
                byte[] key = image.event().key();
                String what = image.fetched() == null ? image.faultReason() : new String(image.fetched(), UTF_8);
                answers.add((key == null || key.length > 10 ? "?" : new String(key, UTF_8)) + " " + what);
            }
        }
        return answers;
    }

    private long lastWatermark() {
        return harness.getOutput().stream()
                .filter(Watermark.class::isInstance)
                .mapToLong(mark -> ((Watermark) mark).getTimestamp())
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private interface Condition {
        boolean holds();
    }

    private void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
            if (mail.isPresent()) {
                mail.get().run();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /** The harness's clock moves only when it is moved: here, by the task itself once it waits. */
    private void advanceTheClockSoon() {
        harness.getTaskMailbox()
                .put(new org.apache.flink.streaming.runtime.tasks.mailbox.Mail(
                        () -> harness.setProcessingTime(1000), Integer.MAX_VALUE, "the clock"));
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
