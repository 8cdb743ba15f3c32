package org.catalogtagger.streaming.accuracy;

import java.io.Serializable;

/**
 * How often a closed window is emitted again when labels or tags that came later have changed it.
 *
 * @param afterMillis changes are gathered so long at least
 * @param shareOfAge and for this share of the time since the window's end, 0 or more, where that is longer: of an old
 *     window nobody waits for the newest label
 * @param bytesPerSecond of all corrections together, on average, at most
 */
public record CorrectionPace(long afterMillis, double shareOfAge, long bytesPerSecond) implements Serializable {
    /** Checks the ranges. */
    public CorrectionPace {
        if (afterMillis < 0 || !(shareOfAge >= 0 && shareOfAge <= 1) || bytesPerSecond <= 0) {
            throw new IllegalArgumentException(
                    "corrections after %d ms and a share of %s of the window's age, %d bytes a second"
                            .formatted(afterMillis, shareOfAge, bytesPerSecond));
        }
    }

    /** How long changes are gathered of a window that ended so long ago. */
    public long gatherMillis(long ageMillis) {
        return Math.max(afterMillis, (long) (shareOfAge * Math.max(0, ageMillis)));
    }

    /** The pace of each of so many that correct at once. */
    public CorrectionPace sharedBy(int parts) {
        return new CorrectionPace(afterMillis, shareOfAge, Math.max(1, bytesPerSecond / parts));
    }
}
