package org.catalogtagger.streaming.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.catalogtagger.streaming.watch.LiveView.Wanted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SampledImagesTest {
    private static final String UNREACHABLE = "images/0/3";

    private final Map<String, ConsumerRecord<byte[], byte[]>> records =
            Map.of("images/0/1", event(picture(), "Ties"), "images/0/2", event("no image".getBytes(UTF_8), "Socks"));
    private final Shown shown = new Shown();

    /** What the page gets. */
    private static final class Shown implements SampledImages.Taker {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final ArrayDeque<String> ofAlerts = new ArrayDeque<>();

        @Override
        public void add(Wanted sample, String truth, Optional<byte[]> picture) {
            lines.add("%s is %s, shown %s".formatted(sample.sourceRecord(), truth, picture.isPresent()));
        }

        @Override
        public synchronized Optional<String> wantedOfAlerts() {
            return Optional.ofNullable(ofAlerts.poll());
        }

        @Override
        public void add(String place, Optional<byte[]> picture) {
            lines.add("%s of an alert, shown %s".formatted(place, picture.isPresent()));
        }

        synchronized void wantOfAlert(String place) {
            ofAlerts.add(place);
        }

        List<String> next(int count) throws InterruptedException {
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                taken.add(lines.poll(30, TimeUnit.SECONDS));
            }
            return taken;
        }
    }

    /** Kafka, with one place that it does not answer for. */
    private final class FakeRecords implements SampledImages.Records {
        private boolean closed;

        @Override
        public Optional<ConsumerRecord<byte[], byte[]>> at(String place) {
            if (place.equals(UNREACHABLE)) {
                throw new TimeoutException("no broker");
            }
            return Optional.ofNullable(records.get(place));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void eachIsShownWithOrWithoutItsPictureAndKafkasTroubleEndsNothing() throws Exception {
        FakeRecords kafka = new FakeRecords();
        try (SampledImages images = new SampledImages(() -> kafka)) {
            images.start(shown);
            for (String place : List.of("images/0/1", "images/0/2", UNREACHABLE, "images/0/9")) {
                images.want(wanted(place));
            }
            assertThat(shown.next(4))
                    .containsExactly(
                            "images/0/1 is Ties, shown true",
                            "images/0/2 is Socks, shown false",
                            UNREACHABLE + " is , shown false",
                            "images/0/9 is , shown false");
        }
        assertThat(kafka.closed).isTrue();
    }

    @Test
    void imagesOfAlertsComeWhileOthersAreAskedFor() throws Exception {
        try (SampledImages images = new SampledImages(FakeRecords::new)) {
            shown.wantOfAlert("images/0/1");
            shown.wantOfAlert(UNREACHABLE);
            for (int i = 0; i < 50; i++) {
                images.want(wanted("images/0/2"));
            }
            images.start(shown);
            assertThat(shown.next(4))
                    .contains("images/0/1 of an alert, shown true", UNREACHABLE + " of an alert, shown false");
        }
    }

    @Test
    void moreThanCanWaitAreLeftOut() throws Exception {
        try (SampledImages images = new SampledImages(FakeRecords::new)) {
            for (int i = 0; i < 1000; i++) {
                images.want(wanted("images/0/2"));
            }
            images.start(shown);
            assertThat(shown.next(64)).doesNotContainNull();
            assertThat(shown.lines.poll(1, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void oneThatWasNeverStartedIsClosed() throws Exception {
        new SampledImages(FakeRecords::new).close();
    }

    private static Wanted wanted(String place) {
        TagValue tag = new TagValue("product", "Ties", 0.9, "model", Instant.EPOCH, Instant.EPOCH);
        return new Wanted(tag, "", place);
    }

    private static ConsumerRecord<byte[], byte[]> event(byte[] image, String label) {
        ConsumerRecord<byte[], byte[]> event = new ConsumerRecord<>("images", 0, 0, new byte[0], image);
        event.headers().add("label", label.getBytes(UTF_8));
        return event;
    }

    private static byte[] picture() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(6, 8, BufferedImage.TYPE_INT_RGB), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
