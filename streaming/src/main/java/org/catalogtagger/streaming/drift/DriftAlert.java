package org.catalogtagger.streaming.drift;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Something has changed, or is over.
 *
 * @param status whether it has begun or is over
 * @param kind what has changed
 * @param label the class whose accuracy it is, whose share of the tags has changed most, or that is not known; else empty
 * @param detector what has found it
 * @param reference what {@code referenceValue} is taken from: {@code test}; {@code test-and-past}, which are the test and all
 *     tags until the change; {@code tags-before}; {@code all-tags}
 * @param referenceValue an accuracy, 0 to 1; or a mean; see {@code kind}
 * @param currentValue likewise, since the change
 * @param evidence what speaks for it, for people
 * @param observations tags that it rests on; of weighted ones, their weights over the heaviest of the last
 * @param since event time of the change, as near as can be told, milliseconds since 1970
 * @param sinceEarliest when it may have been; the change is not more likely to have been before this than one in twenty, or so
 * @param sinceLatest likewise, after it
 * @param at the newest event time when it was found, or found to be over, milliseconds since 1970
 * @param images some that it is about
 */
public record DriftAlert(
        Status status,
        Kind kind,
        String label,
        String detector,
        String reference,
        double referenceValue,
        double currentValue,
        String evidence,
        long observations,
        long since,
        long sinceEarliest,
        long sinceLatest,
        long at,
        String modelVersion,
        TypicalImages images) {
    /** The evidence of an alert that somebody has closed: what the change has led to is what later tags are compared with. */
    public static final String ACCEPTED = "accepted: is usual now";

    /** An earlier version's state knows of no images. */
    @SuppressWarnings("ConstantValue")
    public DriftAlert {
        images = images == null ? TypicalImages.NONE : images;
    }

    /** One without images. */
    public DriftAlert(
            Status status,
            Kind kind,
            String label,
            String detector,
            String reference,
            double referenceValue,
            double currentValue,
            String evidence,
            long observations,
            long since,
            long sinceEarliest,
            long sinceLatest,
            long at,
            String modelVersion) {
        this(
                status,
                kind,
                label,
                detector,
                reference,
                referenceValue,
                currentValue,
                evidence,
                observations,
                since,
                sinceEarliest,
                sinceLatest,
                at,
                modelVersion,
                TypicalImages.NONE);
    }

    /** Whether a change goes on. */
    public enum Status {
        OPEN,
        CLOSED
    }

    /** What changes, and of what the values are. */
    public enum Kind {
        /** The share of a class' images, or of all, that are tagged right. Its values are accuracies. */
        ACCURACY,
        /** Which label wrong tags have: one has more of them. Its values are that label's shares of all wrong tags. */
        CONFUSIONS,
        /** How often each label is given. Its values are the share of the label that has changed most. */
        PREDICTIONS,
        /** How sure the model is. Its values are the accuracies to be expected of tags so sure, without any labels. */
        CONFIDENCE,
        /** How bright images are. Its values are mean gray levels, 0 to 255. */
        BRIGHTNESS,
        /** How much the model sees of what it knows. Its values are the shares of images in which it sees less than in nine tenths of its test's. */
        FAMILIARITY,
        /** What share of tags should be right, judged without labels. Its values are such shares. */
        EXPECTED_ACCURACY,
        /** True labels that the model knows nothing of. Its values are their shares of all true labels. */
        UNKNOWN_LABEL,
        /** Which tags are labelled: no random sample of them. Its values are mean confidences, of all tags and of those. */
        LABEL_SELECTION,
        /** The share of tags that are right, for how sure the model is. Its values are such shares, of tags as sure. */
        CALIBRATION;

        /** What topics and metrics call it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The kind that is called so, if one is. */
        public static Optional<Kind> of(String key) {
            return Arrays.stream(values())
                    .filter(kind -> kind.key().equals(key))
                    .findFirst();
        }
    }

    /** This alert, found at another event time. */
    DriftAlert foundAt(long newestEventTime) {
        return with(status, reference, currentValue, evidence, observations, newestEventTime, images);
    }

    /** This alert, with more of what speaks for it. */
    DriftAlert explained(String more) {
        return with(status, reference, currentValue, evidence + more, observations, at, images);
    }

    /** This alert, with another reference. */
    DriftAlert against(String otherReference) {
        return with(status, otherReference, currentValue, evidence, observations, at, images);
    }

    /** This alert, over. */
    DriftAlert closed(double value, String why, long observed, long when) {
        return with(Status.CLOSED, reference, value, why, observed, when, images);
    }

    /** This alert, accepted. */
    DriftAlert accepted(double value, long observed, long when) {
        return closed(value, ACCEPTED, observed, when);
    }

    /** This alert, with images that show it. */
    public DriftAlert showing(TypicalImages some) {
        return with(status, reference, currentValue, evidence, observations, at, some);
    }

    /** The same change, with all else of it that may become another. */
    private DriftAlert with(
            Status newStatus,
            String newReference,
            double newValue,
            String newEvidence,
            long newObservations,
            long newAt,
            TypicalImages newImages) {
        return new DriftAlert(
                newStatus,
                kind,
                label,
                detector,
                newReference,
                referenceValue,
                newValue,
                newEvidence,
                newObservations,
                since,
                sinceEarliest,
                sinceLatest,
                newAt,
                modelVersion,
                newImages);
    }
}
