package org.catalogtagger.streaming.job;

/** Why an event gets no tag. */
final class RejectedEventException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * A reason.
     *
     * @param reason a word to count by
     * @param detail a sentence for people
     */
    RejectedEventException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    /** The event with the reason. */
    Rejection of(ImageEvent event) {
        return new Rejection(event, reason, String.valueOf(getMessage()), System.currentTimeMillis());
    }
}
