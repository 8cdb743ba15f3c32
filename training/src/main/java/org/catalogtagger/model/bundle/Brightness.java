package org.catalogtagger.model.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * How bright images are.
 *
 * @param images how many have their mean level in each of {@value #BINS} bins of equal width, from 0 to 256; none if that was
 *     not measured
 */
public record Brightness(@JsonProperty(required = true) List<Long> images) {
    /** Of images of which it is not known. */
    public static final Brightness UNKNOWN = new Brightness(List.of());

    /** Bins of the mean level. */
    public static final int BINS = 32;

    private static final int LEVELS = 256;
    private static final long MOST = 100_000_000_000L;

    public Brightness {
        images = List.copyOf(Names.requirePresent("images", images));
        if ((!images.isEmpty() && images.size() != BINS)
                || images.stream().anyMatch(count -> count < 0 || count > MOST)) {
            throw new IllegalArgumentException(
                    "the brightness of images is none or %d counts from 0 to %,d".formatted(BINS, MOST));
        }
    }

    /**
     * That of images.
     *
     * @param images the samples of each
     */
    public static Brightness of(Stream<byte[]> images) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(BINS, 0L));
        images.forEach(samples -> {
            int bin = (int) (meanLevel(samples) * BINS / LEVELS);
            counts.set(bin, counts.get(bin) + 1);
        });
        return new Brightness(counts);
    }

    /** The mean level of an image, 0 to 255: of its gray levels, or of its red, green and blue. */
    public static float meanLevel(byte[] samples) {
        long sum = 0;
        for (byte sample : samples) {
            sum += sample & 0xff;
        }
        return (float) sum / samples.length;
    }
}
