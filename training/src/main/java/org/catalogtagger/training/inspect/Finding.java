package org.catalogtagger.training.inspect;

import java.nio.file.Path;

/**
 * One thing to look at; a row of the CSV.
 *
 * @param path of the file
 * @param label the class that it is filed under
 * @param kind of what was found
 * @param detail the class that is suggested, the file that is repeated, the reason
 * @param score how sure that is, in the kind's own measure: larger is worse within a kind
 */
public record Finding(Path path, String label, Kind kind, String detail, double score) {
    /** What can be found; by the order in which to act. */
    public enum Kind {
        /** The decoder refuses it. */
        UNREADABLE("unreadable"),
        /** One level of gray. */
        BLANK("blank"),
        /** It is smaller than what a model sees. */
        TINY("tiny"),
        /** It is far wider or higher than the others. */
        ODD_SHAPE("odd-shape"),
        /** It repeats an image of another class. */
        CONFLICT("conflicting-label"),
        /** Models that have not seen it take it for another class. */
        SUSPECT("suspect-label"),
        /** It repeats an image of its class, to the last byte. */
        COPY("copy"),
        /** It repeats an image of its class, nearly. */
        NEAR_COPY("near-copy"),
        /** It is like the images of no class. */
        OUTLIER("outlier");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** Its name in the CSV. */
        public String code() {
            return code;
        }
    }
}
