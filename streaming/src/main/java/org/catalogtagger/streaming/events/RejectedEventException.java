package org.catalogtagger.streaming.events;

/** Why an event gets no tag. */
public final class RejectedEventException extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    /**
     * A reason.
     *
     * @param reason a word to count by
     * @param detail a sentence for people
     */
    public RejectedEventException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }

    /** The event with the reason. */
    public Rejection of(InputRecord event) {
        return new Rejection(event, reason, String.valueOf(getMessage()), System.currentTimeMillis());
    }
}
