package org.catalogtagger.streaming.watch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;

/** The events that a live page sends to its browser. */
public final class PageEvents {
    private PageEvents() {}

    /**
     * Their lines, as long as the page goes on.
     *
     * @param page where it is
     */
    public static BufferedReader of(URI page) throws IOException {
        URLConnection events = page.resolve("/events").toURL().openConnection();
        events.setRequestProperty("Accept", "text/event-stream");
        return new BufferedReader(new InputStreamReader(events.getInputStream(), StandardCharsets.UTF_8));
    }
}
