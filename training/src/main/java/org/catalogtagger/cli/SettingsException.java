package org.catalogtagger.cli;

import java.util.List;

/** A settings file that cannot be used; the message lists all its faults. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String file, List<String> faults) {
        super(file + ": " + String.join("; ", faults));
    }
}
