package org.catalogtagger.streaming.fetch;

/** Why an image could not be fetched. */
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why, in words to count by. */
    public enum Reason {
        /** The value is not one URI, or of a scheme that nothing here reads. */
        BAD_URI("bad-uri"),
        /** No entry of the allow-list covers it, or it leads to an internal address. */
        NOT_ALLOWED("uri-not-allowed"),
        /** More wait to be fetched than there is room for. */
        QUEUE_FULL("fetch-queue-full"),
        /** Not there, refused, or broken off, also when tried again. */
        FAILED("fetch-failed"),
        /** Not in the time that it may take. */
        TIMEOUT("fetch-timeout"),
        /** Larger than an image may be. */
        TOO_MANY_BYTES("too-many-bytes");

        private final String code;

        Reason(String code) {
            this.code = code;
        }

        /** The reason as it stands in the {@code reason} header of a rejected record. */
        public String code() {
            return code;
        }
    }

    /** Details name URIs and quote servers, which may say anything at any length. */
    private static final int MAX_DETAIL = 500;

    private final Reason reason;

    FetchException(Reason reason, String detail) {
        super(cut(detail));
        this.reason = reason;
    }

    FetchException(Reason reason, String detail, Throwable cause) {
        super(cut(detail), cause);
        this.reason = reason;
    }

    private static String cut(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
    }

    public Reason reason() {
        return reason;
    }
}
