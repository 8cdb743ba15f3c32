package org.catalogtagger.streaming.ml;

import java.util.Arrays;
import java.util.Locale;

/** What to do with an image that cannot be decoded. */
enum HandleInvalid {
    /** Fail. */
    ERROR,
    /** Leave its row out. */
    SKIP,
    /** Leave its features null. */
    KEEP;

    /** As the parameter has it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static HandleInvalid of(String word) {
        return Arrays.stream(values())
                .filter(choice -> choice.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("handleInvalid: " + word));
    }
}
