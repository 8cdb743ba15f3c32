package org.catalogtagger.streaming.drift;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * How drift is watched.
 *
 * @param falseAlarmEvery tags between false alarms of each kind, on average, at least: the five kinds are accuracy
 *     against the test, accuracy against the recent past, labels, confidence and brightness
 * @param recentPast the detector that compares accuracy with the recent past
 * @param referenceTags the first tags of a model, which later ones are compared with
 * @param windowTags tags that are compared with those at a time
 */
public record DriftSettings(double falseAlarmEvery, RecentPast recentPast, int referenceTags, int windowTags)
        implements Serializable {
    /** Kinds of change among which false alarms are shared out. */
    private static final int KINDS = 5;

    /** Detectors that need no baseline. */
    public enum RecentPast {
        @JsonProperty("adwin")
        ADWIN,
        @JsonProperty("ddm")
        DDM,
        @JsonProperty("page-hinkley")
        PAGE_HINKLEY
    }

    /**
     * The settings that let so many tags pass between false alarms of any kind.
     *
     * @param falseAlarmEvery tags, all kinds together
     */
    public static DriftSettings of(double falseAlarmEvery, RecentPast recentPast, int referenceTags, int windowTags) {
        return new DriftSettings(falseAlarmEvery * KINDS, recentPast, referenceTags, windowTags);
    }

    /**
     * Tags of a class between false alarms of its detector. Every tag whose truth is known goes to two detectors, its
     * class' and that of all, however many classes there are; so the classes together have no more false alarms than one
     * detector for all of them.
     */
    double falseAlarmEveryOfDetector() {
        return 2 * falseAlarmEvery;
    }

    /** The chance of a false alarm that one window of tags may have. */
    double falseAlarmChanceOfWindow() {
        return windowTags / falseAlarmEvery;
    }

    ChangeDetector recentPastDetector() {
        return switch (recentPast) {
            case ADWIN -> new Adwin(Adwin.deltaFor(falseAlarmEveryOfDetector()));
            case DDM -> new Ddm();
            case PAGE_HINKLEY -> new PageHinkley();
        };
    }
}
