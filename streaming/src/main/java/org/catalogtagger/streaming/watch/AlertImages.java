package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.json.DriftAlertValue.Image;

/** Pictures of the images that alerts are about, as far as they were fetched. Not thread-safe. */
final class AlertImages {
    /** Each alert has 18 at most. */
    private static final int MOST = 600;

    /** Kafka may not answer in time once. */
    private static final int TRIES = 2;

    /** By where they lie: those of the alert that came last are the last. */
    private final Map<String, Fetched> images = new LinkedHashMap<>();

    /** What is known of an image. */
    private record Fetched(int tries, Optional<byte[]> picture) {
        static final Fetched NOT_YET = new Fetched(0, Optional.empty());

        boolean isWanted(int triesBefore) {
            return picture.isEmpty() && tries == triesBefore;
        }
    }

    /**
     * An alert as the page has it.
     *
     * @param pictured where those of its images lie whose pictures can be asked for
     */
    record Shown(@JsonUnwrapped DriftAlertValue alert, List<String> pictured) {}

    /** Wants the pictures of an alert that has come; of many alerts, those of the last. */
    void want(DriftAlertValue alert) {
        places(alert).forEach(place -> {
            Fetched before = images.remove(Objects.requireNonNull(place));
            images.put(place, before == null ? Fetched.NOT_YET : before);
        });
        while (images.size() > MOST) {
            images.remove(images.keySet().iterator().next());
        }
    }

    private static Stream<String> places(DriftAlertValue alert) {
        return Stream.of(alert.imagesBefore(), alert.imagesAfter())
                .flatMap(Collection::stream)
                .map(Image::sourceRecord);
    }

    /** Where the next picture lies that is to be fetched: the newest alert's first, and again at the end what was not found. */
    Optional<String> next() {
        for (int tries = 0; tries < TRIES; tries++) {
            String last = null;
            for (Map.Entry<String, Fetched> image : images.entrySet()) {
                last = image.getValue().isWanted(tries) ? image.getKey() : last;
            }
            if (last != null) {
                return Optional.of(last);
            }
        }
        return Optional.empty();
    }

    void add(String place, Optional<byte[]> picture) {
        images.computeIfPresent(place, (unused, before) -> new Fetched(before.tries + 1, picture));
    }

    Shown shown(DriftAlertValue alert) {
        return new Shown(
                alert, places(alert).filter(place -> picture(place).isPresent()).toList());
    }

    Optional<byte[]> picture(String place) {
        return images.getOrDefault(place, Fetched.NOT_YET).picture;
    }
}
