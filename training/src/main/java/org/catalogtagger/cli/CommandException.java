package org.catalogtagger.cli;

/** A command that cannot go on; the message is the one line that the user sees. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
