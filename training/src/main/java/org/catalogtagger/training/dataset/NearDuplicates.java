package org.catalogtagger.training.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.catalogtagger.model.bundle.Sha256;
import org.catalogtagger.model.image.Framing;
import org.catalogtagger.model.image.ImageSize;
import org.catalogtagger.training.dataset.LabelledImages.Image;

/**
 * Finds images that are copies of others, or nearly: saved again, at another size, a little brighter. Perceptual hashes
 * find candidates, and their gray levels decide, for a hash alone takes any two shirts on a white ground for one.
 */
public final class NearDuplicates {
    /** Bits in which the hashes of two candidates may differ. */
    private static final int MOST_BITS = 7;

    /** As many pieces of a hash, one more than bits may differ, so that two candidates have one in common. */
    private static final int PIECES = MOST_BITS + 1;

    private static final int PIECE_BITS = Long.SIZE / PIECES;

    /** Root of the mean squared difference of two near-copies, in gray levels. Measured: {@code src/site/groups.md}. */
    private static final double MOST_DIFFERENCE = 4;

    /**
     * What images are compared as, whatever a model sees of them: models of any input that are trained with one seed hold out the
     * same images.
     */
    public static final Framing FORM = new Framing(new ImageSize(30, 40), Framing.Fit.FIT);

    private final List<Image> images;
    private final ImageSize size;
    private final long[] hashes;
    private final byte[] samples;
    private final byte[] otherSamples;

    private NearDuplicates(List<Image> images) {
        this.images = images;
        this.size = images.get(0).forms().get().size();
        this.hashes = new long[images.size()];
        this.samples = new byte[size.samples()];
        this.otherSamples = new byte[size.samples()];
        ThreadLocal<PerceptualHash> hashing = ThreadLocal.withInitial(() -> new PerceptualHash(size));
        IntStream.range(0, hashes.length).parallel().forEach(i -> {
            byte[] form = new byte[size.samples()];
            copyForm(images.get(i), form);
            hashes[i] = hashing.get().of(form);
        });
    }

    /**
     * Two images that are nearly the same.
     *
     * @param exact whether their files are the same to the last byte
     */
    public record Pair(Image one, Image other, boolean exact) {}

    /**
     * The pairs by which each image of a group of near-copies hangs together with the others; not all pairs of a group.
     */
    public static List<Pair> among(List<Image> images) {
        return images.isEmpty() ? List.of() : new NearDuplicates(images).find();
    }

    private List<Pair> find() {
        ImageGroups groups = new ImageGroups(images);
        List<Pair> pairs = new ArrayList<>();
        joinCopies(groups, pairs);
        // Of what repeats several the one of its own class: whether it is of that is not in question then.
        for (boolean isOfOneClass : new boolean[] {true, false}) {
            for (int piece = 0; piece < PIECES; piece++) {
                for (List<Integer> alike : withEqualPiece(piece)) {
                    compare(alike, isOfOneClass, groups, pairs);
                }
            }
        }
        return pairs;
    }

    /** First: what is a copy of one image may be nearly another, and hang together with it by that alone. */
    private void joinCopies(ImageGroups groups, List<Pair> pairs) {
        Map<Long, List<Integer>> byHash = new HashMap<>();
        for (int i = 0; i < hashes.length; i++) {
            byHash.computeIfAbsent(hashes[i], hash -> new ArrayList<>()).add(i);
        }
        for (List<Integer> alike : byHash.values()) {
            Map<String, Image> byBytes = new HashMap<>();
            for (int i = 0; alike.size() > 1 && i < alike.size(); i++) {
                Image image = images.get(alike.get(i));
                Image first = byBytes.putIfAbsent(sum(image.entry().file()), image);
                if (first != null) {
                    groups.join(first, image);
                    pairs.add(new Pair(first, image, true));
                }
            }
        }
    }

    private Iterable<List<Integer>> withEqualPiece(int piece) {
        Map<Long, List<Integer>> byPiece = new HashMap<>();
        long mask = (1L << PIECE_BITS) - 1;
        for (int i = 0; i < hashes.length; i++) {
            byPiece.computeIfAbsent(hashes[i] >>> (piece * PIECE_BITS) & mask, p -> new ArrayList<>())
                    .add(i);
        }
        return byPiece.values();
    }

    private void compare(List<Integer> alike, boolean isOfOneClass, ImageGroups groups, List<Pair> pairs) {
        int[] members = alike.stream().mapToInt(Integer::intValue).toArray();
        for (int a = 0; a < members.length; a++) {
            long hash = hashes[members[a]];
            for (int b = a + 1; b < members.length; b++) {
                if (Long.bitCount(hash ^ hashes[members[b]]) <= MOST_BITS
                        && isOfOneClass
                                == (images.get(members[a]).label()
                                        == images.get(members[b]).label())) {
                    join(members[a], members[b], groups, pairs);
                }
            }
        }
    }

    private void join(int a, int b, ImageGroups groups, List<Pair> pairs) {
        Image one = images.get(a);
        Image other = images.get(b);
        if (groups.of(one) == groups.of(other)) {
            return;
        }
        if (difference(one, other) <= MOST_DIFFERENCE * MOST_DIFFERENCE * size.pixels()) {
            groups.join(one, other);
            pairs.add(new Pair(one, other, false));
        }
    }

    /** The sum of squares, of gray levels. */
    private long difference(Image one, Image other) {
        copyForm(one, samples);
        copyForm(other, otherSamples);
        return squaredDifference(samples, otherSamples);
    }

    private static String sum(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyForm(Image image, byte[] into) {
        image.forms().get().copy(image.index(), into);
    }

    private static long squaredDifference(byte[] one, byte[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] & 0xFF) - (other[i] & 0xFF);
            sum += (long) difference * difference;
        }
        return sum;
    }
}
