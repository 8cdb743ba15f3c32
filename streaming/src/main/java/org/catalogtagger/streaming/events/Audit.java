package org.catalogtagger.streaming.events;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Draws tags for an audit: a random sample of all products, which people label whatever else is labelled. A product is drawn or
 * not by its id alone, so that each of its tags is, whichever model gives it and however often the job starts anew.
 *
 * @param share of the products, 0 to 1
 * @param seed with another one others are drawn
 */
public record Audit(double share, long seed) implements Serializable {
    /** Of no product. */
    public static final Audit NONE = new Audit(0, 0);

    private static final double TWO_TO_THE_53 = 1L << 53;

    /** Checks the range. */
    public Audit {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share " + share);
        }
    }

    /** Whether a product's tags are drawn. */
    public boolean draws(String productId) {
        return share > 0 && uniform(productId) < share;
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
