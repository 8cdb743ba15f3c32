package org.catalogtagger.model.bundle;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names that go into records' keys and headers, metrics' labels and JSON: of a model's version and of its classes. 1 to
 * 200 letters, marks, digits, punctuation marks and symbols of any script, with single or more spaces (U+0020) between,
 * not around them; no control characters, no line breaks, no marks of direction, no halves of surrogate pairs.
 */
public final class Names {
    private static final int LONGEST = 200;

    /** The two joiners are format characters, but part of how Persian and Hindi words are written. */
    private static final String VISIBLE = "[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\u200c\\u200d]";

    private static final Pattern NAME = Pattern.compile(VISIBLE + "( *" + VISIBLE + ")*+");

    private Names() {}

    /** Whether a text is a name. */
    public static boolean isName(String text) {
        return text.length() <= LONGEST && NAME.matcher(text).matches();
    }

    /**
     * The name itself.
     *
     * @throws IllegalArgumentException if it is none, naming it as {@code what}
     */
    public static String require(String what, @Nullable String name) {
        if (name == null || !isName(name)) {
            throw new IllegalArgumentException(
                    "%s must be 1 to %d visible characters, with spaces only between them, not %s"
                            .formatted(what, LONGEST, name == null ? "null" : shown(name)));
        }
        return name;
    }

    private static String shown(String name) {
        String start = name.length() <= 40 ? name : name.substring(0, 40) + "…";
        return "'%s' (%,d characters)"
                .formatted(start.replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]", "?"), name.length());
    }

    /** The value itself; Jackson hands a JSON {@code null} on. */
    static <T> T requirePresent(String what, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(what + " is null or missing");
        }
        return value;
    }
}
