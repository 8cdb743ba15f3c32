package org.catalogtagger.streaming.kafka.secured;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.catalogtagger.streaming.kafka.CommittedRecords;
import org.catalogtagger.streaming.kafka.RunningJob;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.training.sample.ProductShape;
import org.catalogtagger.training.sample.SampleCatalogue;

/** Images that keep coming, whatever is done to the broker meanwhile, and what became of them. */
final class SteadyImages implements AutoCloseable {
    private static final long PAUSE_MILLIS = 20;

    private final SecuredKafka kafka;
    private final String prefix;
    private final CompletableFuture<Integer> sending;
    private volatile boolean enough;
    private volatile int sent;

    /**
     * Begins to send.
     *
     * @param prefix of their product ids
     */
    SteadyImages(SecuredKafka kafka, String prefix) {
        this.kafka = kafka;
        this.prefix = prefix;
        this.sending = CompletableFuture.supplyAsync(this::send);
    }

    private int send() {
        int count = 0;
        try (ImagePublisher publisher = new ImagePublisher(kafka.inside(), Map.of(), "product-images")) {
            byte[] image = SampleCatalogue.jpeg(ProductShape.TIES, new Random(1));
            while (!enough) {
                publisher.send(prefix + count, image, "Ties");
                count++;
                sent = count;
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            publisher.flush();
            return count;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until images are tagged that were not yet sent when this was called. */
    void awaitProgress() throws InterruptedException {
        int now = sent;
        RunningJob.await("tags of images that are sent now", () -> tagged().size() > now + 1);
    }

    /** Sends no more, waits for the last tag, and returns how many were sent. */
    int awaitAll() throws InterruptedException, ExecutionException {
        enough = true;
        int all = sending.get();
        RunningJob.await("all tags", () -> tagged().size() >= all);
        return all;
    }

    /** The products that are tagged, as often as they are. */
    List<String> tagged() {
        return CommittedRecords.readAll(kafka.inside(), "product-tags").stream()
                .map(tag -> new String(tag.key(), StandardCharsets.UTF_8))
                .filter(product -> product.startsWith(prefix))
                .toList();
    }

    @Override
    public void close() {
        enough = true;
    }
}
