package org.catalogtagger.model.image;

/** An image that cannot be classified: why, in a word that programs can count and in a sentence for people. */
public final class UnreadableImageException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public UnreadableImageException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public UnreadableImageException(Reason reason, String detail, Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    static UnreadableImageException corrupt(String detail) {
        return new UnreadableImageException(Reason.CORRUPT, detail);
    }

    static UnreadableImageException unsupported(String detail) {
        return new UnreadableImageException(Reason.UNSUPPORTED_FORMAT, detail);
    }

    public Reason reason() {
        return reason;
    }

    /** Why an image was refused. */
    public enum Reason {
        /** No bytes at all. */
        EMPTY("empty"),
        /** The first bytes are those of no {@link ImageFormat}, or it is a rare kind of one that is not read. */
        UNSUPPORTED_FORMAT("unsupported-format"),
        /** More encoded bytes than {@link ImageLimits#maxBytes()}. */
        TOO_MANY_BYTES("too-many-bytes"),
        /** The header states more pixels than {@link ImageLimits#maxPixels()}. */
        TOO_MANY_PIXELS("too-many-pixels"),
        /** Decoding would take more time or memory than {@link DecodingCost} grants a picture of any size. */
        TOO_COSTLY("too-costly"),
        /** Damaged or cut off. */
        CORRUPT("corrupt");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** The reason as it stands in the {@code reason} header of a rejected record. */
        public String code() {
            return code;
        }
    }
}
