package org.catalogtagger.streaming.events;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An order to the running job: tag with this model from now on.
 *
 * @param role what the model is to do
 * @param bundle its directory, as each TaskManager sees it, or its URI; empty to withdraw the role's model
 * @param modelVersion that the bundle must have; empty for any
 * @param releasedAt milliseconds since 1970
 */
public record ModelRelease(Role role, String bundle, String modelVersion, long releasedAt) {
    /** The reason of releases that are rejected. */
    public static final String UNREADABLE = "bad-release";

    private static final int MAX_BUNDLE_BYTES = 1024;

    /** What a released model does. */
    public enum Role {
        /** Makes the tags. */
        LIVE,
        /** Tags the same images beside the live one, to be compared with it. */
        SHADOW;

        /** The key of its records in the releases topic. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The role that a key is, if it is one. */
        public static Optional<Role> of(byte @Nullable [] key) {
            String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
            return Arrays.stream(values())
                    .filter(role -> role.key().equals(text))
                    .findFirst();
        }
    }

    /**
     * A record of the releases topic: key the role, value JSON with {@code bundle}, {@code modelVersion} and
     * {@code releasedAt}, or none to withdraw.
     *
     * @param times that {@code releasedAt} may have
     * @param now milliseconds since 1970
     */
    public static ModelRelease of(InputRecord releaseEvent, EventTimes times, long now) throws RejectedEventException {
        Role role = Role.of(releaseEvent.key())
                .orElseThrow(() -> new RejectedEventException(UNREADABLE, "the key must be live or shadow"));
        byte[] json = releaseEvent.value();
        if (json == null) {
            return new ModelRelease(role, "", "", releaseEvent.timestamp());
        }
        EventJson fields = EventJson.of(json, UNREADABLE);
        String bundle = fields.text("bundle", MAX_BUNDLE_BYTES);
        if (bundle.isBlank() || bundle.chars().anyMatch(Character::isISOControl)) {
            throw new RejectedEventException(
                    UNREADABLE, "bundle is blank or has control characters; it must be a path or a URI");
        }
        String modelVersion = fields.text("modelVersion", BoundedText.MAX_NAME_BYTES);
        return new ModelRelease(role, bundle, modelVersion, fields.time("releasedAt", times, now));
    }

    /** Whether it ends what the role's model does; only a shadow can be withdrawn, a live model is replaced. */
    public boolean withdraws() {
        return bundle.isEmpty();
    }
}
