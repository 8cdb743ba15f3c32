package org.catalogtagger.streaming.events;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Draws tags for an audit: a random sample of all products, which people label whatever else is labelled. A product is drawn or
 * not by its id and the probability alone, so that each of its tags is, whichever model gives it and however often the job starts anew.
 *
 * @param share of the products, 0 to 1; 0 if it follows from {@code perDay}
 * @param perDay images that are to be drawn in a day; 0 if that follows from {@code share}
 * @param seed with another one others are drawn
 */
public record Audit(double share, long perDay, long seed) implements Serializable {
    /** Of no product. */
    public static final Audit NONE = new Audit(0, 0, 0);

    private static final double TWO_TO_THE_53 = 1L << 53;

    /** Checks the ranges. */
    public Audit {
        if (!(share >= 0 && share <= 1) || perDay < 0 || (share > 0 && perDay > 0)) {
            throw new IllegalArgumentException("share %s, %d a day".formatted(share, perDay));
        }
    }

    /** Whether the probability follows from how many images come. */
    public boolean followsTraffic() {
        return perDay > 0;
    }

    /**
     * Whether a product's tags are drawn. Who is drawn with some probability is drawn with every larger one.
     *
     * @param probability 0 to 1
     */
    public boolean draws(String productId, double probability) {
        return probability > 0 && uniform(productId) < probability;
    }

    /** 0 to 1, from the first bits of a digest: ids that follow one another are as far apart as any. */
    private double uniform(String productId) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256")
                    .digest("audit:%d:%s".formatted(seed, productId).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        long bits = ByteBuffer.wrap(digest).getLong();
        return (bits >>> 11) / TWO_TO_THE_53;
    }
}
