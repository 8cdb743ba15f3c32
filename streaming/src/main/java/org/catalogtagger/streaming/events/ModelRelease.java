package org.catalogtagger.streaming.events;

import java.util.Locale;

/**
 * An order to the running job: tag with this model from now on.
 *
 * @param role what the model is to do
 * @param bundle its directory, as each TaskManager sees it; empty to withdraw the role's model
 * @param modelVersion that the bundle must have; empty for any
 * @param releasedAt milliseconds since 1970
 */
public record ModelRelease(Role role, String bundle, String modelVersion, long releasedAt) {
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
    }

    /** Whether it ends what the role's model does; only a shadow can be withdrawn, a live model is replaced. */
    public boolean withdraws() {
        return bundle.isEmpty();
    }
}
