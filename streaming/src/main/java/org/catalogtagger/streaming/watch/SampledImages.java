package org.catalogtagger.streaming.watch;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.catalogtagger.streaming.events.EventHeader;
import org.catalogtagger.streaming.watch.LiveView.Wanted;

/** Fetches the images of the tags that are shown, in a thread of its own. */
final class SampledImages implements AutoCloseable {
    private final BlockingQueue<Wanted> wanted = new ArrayBlockingQueue<>(64);
    private final Supplier<ImageRecords> opening;
    private final Thread thread = new Thread(this::fetch, "watch images");
    private volatile Taker taker = (sample, truth, picture) -> {};

    /** Gets what was fetched. */
    interface Taker {
        void take(Wanted sample, String truth, Optional<byte[]> picture);
    }

    /** Of records that are opened when it starts. */
    SampledImages(Supplier<ImageRecords> opening) {
        this.opening = opening;
    }

    /** Asks for one; if too many wait already, it is left out. */
    void want(Wanted sample) {
        wanted.offer(sample);
    }

    void start(Taker takes) {
        taker = takes;
        thread.setDaemon(true);
        thread.start();
    }

    private void fetch() {
        try (ImageRecords records = opening.get()) {
            while (true) {
                show(wanted.take(), records);
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(Wanted sample, ImageRecords records) {
        Optional<ConsumerRecord<byte[], byte[]>> found;
        try {
            found = records.at(sample.sourceRecord());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | IllegalArgumentException e) {
            // Shown without its picture; what is wrong with Kafka is told by those who follow the topics.
            found = Optional.empty();
        }
        taker.take(
                sample,
                found.map(event -> LiveView.text(event.headers(), EventHeader.LABEL, ""))
                        .orElse(""),
                found.map(ConsumerRecord::value).flatMap(SmallPicture::of));
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
