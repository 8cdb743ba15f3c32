package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/**
 * Watches whether tags are right as often as they were before, and needs no baseline for it. After a change it begins
 * anew. Not thread-safe.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "detector")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Adwin.class, name = "adwin"),
    @JsonSubTypes.Type(value = Ddm.class, name = "ddm"),
    @JsonSubTypes.Type(value = PageHinkley.class, name = "page-hinkley")
})
public sealed interface ChangeDetector permits Adwin, Ddm, PageHinkley {
    /**
     * Accuracy that has fallen.
     *
     * @param before it fell, 0 to 1
     * @param after it fell, 0 to 1
     * @param observations that make up the latter
     */
    record Fall(double before, double after, long observations) {}

    /** Takes the next tag whose truth is known. Rises are followed, not told. */
    Optional<Fall> add(boolean right);
}
