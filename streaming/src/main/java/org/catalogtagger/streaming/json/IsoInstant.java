package org.catalogtagger.streaming.json;

import java.time.Instant;

/**
 * Times as {@link Instant#toString()} has them, faster: what is the same for all times of a second is kept from one to
 * the next, and events come in order of time, more or less.
 */
final class IsoInstant {
    private static volatile Second last = Second.of(0);

    private IsoInstant() {}

    private record Second(long epochSecond, String text) {
        static Second of(long epochSecond) {
            String iso = Instant.ofEpochSecond(epochSecond).toString();
            return new Second(epochSecond, iso.substring(0, iso.length() - 1));
        }
    }

    /** Milliseconds since 1970, in ISO 8601. */
    static String ofEpochMilli(long millis) {
        long epochSecond = Math.floorDiv(millis, 1000L);
        Second second = last;
        if (second.epochSecond != epochSecond) {
            second = Second.of(epochSecond);
            last = second;
        }
        int fraction = Math.floorMod(millis, 1000);
        if (fraction == 0) {
            return second.text + "Z";
        }
        char[] digits = {
            '.', (char) ('0' + fraction / 100), (char) ('0' + fraction / 10 % 10), (char) ('0' + fraction % 10), 'Z'
        };
        return second.text + new String(digits);
    }
}
