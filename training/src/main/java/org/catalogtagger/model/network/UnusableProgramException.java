package org.catalogtagger.model.network;

/** What a program does is not what one that classifies images of its size does; the message says what. */
public final class UnusableProgramException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnusableProgramException(String message) {
        super(message);
    }

    UnusableProgramException(String message, Throwable cause) {
        super(message, cause);
    }
}
