package org.catalogtagger.streaming.commands;

import org.catalogtagger.streaming.settings.StreamSettings;
import picocli.CommandLine.Command;

/** {@code tagger stream-defaults}. */
@Command(name = "stream-defaults", description = "Prints every setting of the streaming job, explained, as YAML.")
public final class StreamDefaultsCommand implements Runnable {
    @Override
    public void run() {
        System.out.print(StreamSettings.defaultsYaml());
    }
}
