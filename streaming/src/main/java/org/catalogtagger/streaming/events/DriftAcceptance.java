package org.catalogtagger.streaming.events;

import org.catalogtagger.streaming.drift.DriftAlert.Kind;

/**
 * Somebody's word that a change is to stay: what it has led to is usual from now on. It is about one alert, and of no effect if that is not open.
 *
 * @param kind of the alert
 * @param label of the alert; empty if it has none
 * @param modelVersion of the alert
 * @param since of the alert, milliseconds since 1970, so that none that is opened later is meant
 * @param acceptedAt milliseconds since 1970
 */
public record DriftAcceptance(Kind kind, String label, String modelVersion, long since, long acceptedAt) {
    /** The reason of acceptances that are rejected. */
    public static final String UNREADABLE = "bad-acceptance";

    /**
     * A record of the acceptances topic: value JSON with {@code kind}, {@code label} if the alert has one, {@code modelVersion}, {@code since} and
     * {@code acceptedAt}. Its key, that of the alert, is for people.
     *
     * @param times that both times may have
     * @param now milliseconds since 1970
     */
    public static DriftAcceptance of(InputRecord acceptance, EventTimes times, long now) throws RejectedEventException {
        byte[] json = acceptance.value();
        if (json == null) {
            throw new RejectedEventException(UNREADABLE, "no value; it must be JSON with kind, modelVersion and since");
        }
        EventJson fields = EventJson.of(json, UNREADABLE);
        String kind = fields.text("kind", BoundedText.MAX_NAME_BYTES);
        return new DriftAcceptance(
                Kind.of(kind)
                        .orElseThrow(() -> new RejectedEventException(
                                UNREADABLE, "kind: there are no drift alerts of " + BoundedText.shortened(kind, 100))),
                fields.has("label") ? fields.text("label", BoundedText.MAX_NAME_BYTES) : "",
                fields.text("modelVersion", BoundedText.MAX_NAME_BYTES),
                fields.time("since", times, now),
                fields.time("acceptedAt", times, now));
    }
}
