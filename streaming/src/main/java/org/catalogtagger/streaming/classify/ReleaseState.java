package org.catalogtagger.streaming.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.catalogtagger.streaming.events.ModelRelease;
import org.catalogtagger.streaming.events.ModelRelease.Role;
import org.jspecify.annotations.Nullable;

/**
 * What of releases survives a restart: those that were accepted and are in use, by role, and those that are not decided,
 * in their order. The same in all subtasks at every checkpoint, so that it does not matter whose a subtask is given when
 * the parallelism changes.
 */
final class ReleaseState {
    static final MapStateDescriptor<String, ModelRelease> DESCRIPTOR = new MapStateDescriptor<>(
            "releases", TypeInformation.of(String.class), TypeInformation.of(ModelRelease.class));

    private static final String PENDING = "pending/";

    private final BroadcastState<String, ModelRelease> state;
    private long next;

    /**
     * A release that is not decided.
     *
     * @param number counted up from release to release, the same in all subtasks
     */
    record Pending(long number, ModelRelease release) {}

    ReleaseState(BroadcastState<String, ModelRelease> state) throws Exception {
        this.state = state;
        for (Role role : Role.values()) {
            // Of earlier versions, which went back to it.
            state.remove(role.key() + "-before");
        }
        List<Pending> pending = pending();
        next = pending.isEmpty() ? 0 : pending.get(pending.size() - 1).number() + 1;
    }

    /** The release that is in use; with the version that was found in its bundle. */
    @Nullable
    ModelRelease inUse(Role role) throws Exception {
        ModelRelease release = state.get(role.key());
        return release == null || release.withdraws() ? null : release;
    }

    void use(ModelRelease release) throws Exception {
        state.put(release.role().key(), release);
    }

    /** No released model is in use any more. */
    void clear(Role role) throws Exception {
        state.remove(role.key());
    }

    /** In the order in which they came. */
    List<Pending> pending() throws Exception {
        List<Pending> pending = new ArrayList<>();
        for (Map.Entry<String, ModelRelease> entry : state.immutableEntries()) {
            if (entry.getKey().startsWith(PENDING)) {
                pending.add(new Pending(Long.parseLong(entry.getKey().substring(PENDING.length())), entry.getValue()));
            }
        }
        pending.sort(Comparator.comparingLong(Pending::number));
        return pending;
    }

    Pending add(ModelRelease release) throws Exception {
        Pending added = new Pending(next++, release);
        state.put(PENDING + added.number(), release);
        return added;
    }

    void remove(Pending pending) throws Exception {
        state.remove(PENDING + pending.number());
    }
}
