package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.catalogtagger.streaming.json.DriftAlertValue;
import org.catalogtagger.streaming.json.DriftAlertValue.Image;

/** Pictures of the images that alerts are about, as far as they were fetched. Not thread-safe. */
final class AlertImages {
    /** Each alert has 18 at most. */
    private static final int MOST = 600;

    /** What was asked for last is the last; a record that is not there any more has no picture. */
    private final Map<String, Optional<byte[]>> fetched = new LinkedHashMap<>();

    private final Deque<String> wanted = new ArrayDeque<>();

    /**
     * An alert as the page has it.
     *
     * @param pictured where those of its images lie whose pictures can be asked for
     */
    record Shown(@JsonUnwrapped DriftAlertValue alert, List<String> pictured) {}

    /** Wants the pictures of an alert that has come; of many alerts, those of the last. */
    void want(DriftAlertValue alert) {
        places(alert).filter(place -> !fetched.containsKey(place)).forEach(place -> {
            wanted.remove(place);
            wanted.addLast(place);
        });
        while (wanted.size() > MOST) {
            wanted.removeFirst();
        }
    }

    private static Stream<String> places(DriftAlertValue alert) {
        return Stream.of(alert.imagesBefore(), alert.imagesAfter())
                .flatMap(Collection::stream)
                .map(Image::sourceRecord);
    }

    /** Where the next picture lies that is to be fetched: the newest alert's first. */
    Optional<String> next() {
        return Optional.ofNullable(wanted.pollLast());
    }

    void add(String place, Optional<byte[]> picture) {
        fetched.put(place, picture);
        if (fetched.size() > MOST) {
            fetched.remove(fetched.keySet().iterator().next());
        }
    }

    Shown shown(DriftAlertValue alert) {
        return new Shown(
                alert, places(alert).filter(place -> picture(place).isPresent()).toList());
    }

    Optional<byte[]> picture(String place) {
        return fetched.getOrDefault(place, Optional.empty());
    }
}
