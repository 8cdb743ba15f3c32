package org.catalogtagger.streaming.watch;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.watch.LiveView.Wanted;
import org.jspecify.annotations.Nullable;

/** Fetches the images of the tags that are shown, in a thread of its own. */
final class SampledImages implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private final BlockingQueue<Wanted> wanted = new ArrayBlockingQueue<>(64);
    private final Supplier<? extends Records> opening;
    private @Nullable Thread thread;

    /** Gets what was fetched, and says what else it wants. */
    interface Taker {
        void add(Wanted sample, String truth, Optional<byte[]> picture);

        /** Where an alert's image lies that it wants, {@code topic/partition/offset}, until it is added. */
        Optional<String> wantedOfAlerts();

        void add(String place, Optional<byte[]> picture);
    }

    /** Where images lie. */
    interface Records extends AutoCloseable {
        /**
         * The record at a place.
         *
         * @param place {@code topic/partition/offset}, as tags state it
         * @return empty if it is of another topic or is not there any more
         */
        Optional<ConsumerRecord<byte[], byte[]>> at(String place);

        @Override
        void close();
    }

    /** Of records that are opened when it starts. */
    SampledImages(Supplier<? extends Records> opening) {
        this.opening = opening;
    }

    /** Asks for one; if too many wait already, it is left out. */
    void want(Wanted sample) {
        wanted.offer(sample);
    }

    void start(Taker taker) {
        Thread started = new Thread(() -> fetch(taker), "watch images");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    private void fetch(Taker taker) {
        try (Records records = opening.get()) {
            while (true) {
                Wanted sample = wanted.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                if (sample != null) {
                    Optional<ConsumerRecord<byte[], byte[]>> found = find(sample.sourceRecord(), records);
                    taker.add(
                            sample,
                            found.map(event -> LiveView.text(event.headers(), EventHeader.LABEL, ""))
                                    .orElse(""),
                            picture(found));
                }
                // Between samples, so that neither waits for the other.
                taker.wantedOfAlerts().ifPresent(place -> taker.add(place, picture(find(place, records))));
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> find(String place, Records records) {
        try {
            return records.at(place);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | IllegalArgumentException e) {
            // Shown without its picture; what is wrong with Kafka is told by those who follow the topics.
            return Optional.empty();
        }
    }

    private static Optional<byte[]> picture(Optional<ConsumerRecord<byte[], byte[]>> found) {
        return found.map(ConsumerRecord::value).flatMap(SmallPicture::of);
    }

    @Override
    public void close() throws InterruptedException {
        Thread started = thread;
        if (started != null) {
            started.interrupt();
            started.join();
        }
    }
}
