package org.catalogtagger.streaming.fetch;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What may be fetched, and at what cost.
 *
 * @param allow see {@link AllowedUris}
 * @param allowInternal whether HTTP may go to loopback, private and link-local addresses
 * @param timeout for one event, all tries together
 * @param retries after the first try
 * @param parallel fetches at a time in one subtask
 * @param queue events at most that wait for their turn in one subtask
 * @param waitWhenFull whether the stream waits for room in a full queue, or the event is rejected
 * @param maxBytes of one image
 */
public record FetchPolicy(
        List<String> allow,
        boolean allowInternal,
        Duration timeout,
        int retries,
        int parallel,
        int queue,
        boolean waitWhenFull,
        int maxBytes)
        implements Serializable {
    public FetchPolicy {
        allow = List.copyOf(allow);
    }
}
