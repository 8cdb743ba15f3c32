package org.catalogtagger.model.bundle;

/**
 * A model bundle that cannot be used; the message names the file and what is wrong with it, in one line of bounded length
 * whatever stands in the file.
 */
public final class BundleException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int LONGEST_MESSAGE = 1000;

    public BundleException(String message) {
        super(oneLine(message));
    }

    public BundleException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        String line = message.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ");
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
    }
}
