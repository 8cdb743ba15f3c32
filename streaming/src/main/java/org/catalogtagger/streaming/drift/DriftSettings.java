package org.catalogtagger.streaming.drift;

import java.io.Serializable;
import java.time.Duration;

/**
 * How drift is watched.
 *
 * @param falseAlarmEvery tags between false alarms of each kind, on average: the nine kinds are the accuracy of classes,
 *     that of all tags, that for their confidence, the labels of wrong tags, labels, confidence, brightness, familiarity and the
 *     accuracy to be expected
 * @param labelsWithinMillis how long after a tag its label may come
 * @param referenceTags the first tags of a model, which later ones are compared with: so many, or more where they vary slowly
 * @param windowTags tags that are compared with those at a time
 */
public record DriftSettings(double falseAlarmEvery, long labelsWithinMillis, int referenceTags, int windowTags)
        implements Serializable {
    /** Kinds of change among which false alarms are shared out. */
    private static final int KINDS = 9;

    /** One class in so many is named wrongly while the tags that were seen of it double, and of many classes one of ten times as many. */
    private static final double AT_START = 1000;

    private static final double AT_START_OF_CLASSES = 10;

    /**
     * The settings that let so many tags pass between false alarms of any kind.
     *
     * @param falseAlarmEvery tags, all kinds together
     * @param labelsWithin how long after a tag its label may come
     */
    public static DriftSettings of(double falseAlarmEvery, Duration labelsWithin, int referenceTags, int windowTags) {
        return new DriftSettings(falseAlarmEvery * KINDS, labelsWithin.toMillis(), referenceTags, windowTags);
    }

    /** Of classes, bins or all tags. A tag is of one of them: all together have no more false alarms than one that all tags are of. */
    FalseAlarms accuracyAlarms(int classes) {
        return new FalseAlarms(falseAlarmEvery, Math.max(AT_START, AT_START_OF_CLASSES * classes));
    }

    /** The chance of a false alarm that one window of tags may have. */
    double falseAlarmChanceOfWindow() {
        return windowTags / falseAlarmEvery;
    }
}
