package org.catalogtagger.streaming.watch;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Optional;

/**
 * A tagged image that is shown.
 *
 * @param id what the page calls it
 * @param segment empty if it has none
 * @param truth that came with the event; empty if none did
 * @param picture PNG or JPEG, small; empty if the event carried none that can be shown
 */
record Sample(long id, TagValue tag, String segment, String truth, @JsonIgnore Optional<byte[]> picture) {
    /** Whether there is a picture. */
    public boolean isPictured() {
        return picture.isPresent();
    }
}
