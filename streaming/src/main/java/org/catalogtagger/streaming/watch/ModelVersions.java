package org.catalogtagger.streaming.watch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.catalogtagger.streaming.json.ReleaseOutcomeValue;

/** The models that tag or have tagged, and what became of releases. */
final class ModelVersions {
    private static final int VERSIONS = 50;

    private final Map<String, Tagger> taggers = new LinkedHashMap<>();
    private final Map<String, Release> releases = new LinkedHashMap<>();
    private String newest = "";
    private long newestTaggedAt = Long.MIN_VALUE;

    private static final class Tagger {
        private long tags;
        private long first;
        private long last;
    }

    /** A version, as far as the page has seen it tag. */
    record Version(String modelVersion, long tags, Instant first, Instant last, boolean current) {}

    /** What the job's subtasks, so many, made of a release. */
    record Release(
            String role,
            String modelVersion,
            Instant releasedAt,
            int accepted,
            int refused,
            int subtasks,
            String detail) {}

    /** What is shown, the newest first. */
    record Shown(List<Version> versions, List<Release> releases) {}

    void tagged(String modelVersion, long taggedAt) {
        Tagger tagger = taggers.get(modelVersion);
        if (tagger == null) {
            tagger = new Tagger();
            tagger.first = taggedAt;
            taggers.put(modelVersion, tagger);
            if (taggers.size() > VERSIONS) {
                taggers.remove(taggers.keySet().iterator().next());
            }
        }
        tagger.tags++;
        tagger.last = Math.max(tagger.last, taggedAt);
        if (taggedAt >= newestTaggedAt) {
            newestTaggedAt = taggedAt;
            newest = modelVersion;
        }
    }

    void outcome(ReleaseOutcomeValue outcome) {
        String key = outcome.role() + outcome.releasedAt();
        Release before = releases.get(key);
        releases.put(
                key,
                new Release(
                        outcome.role(),
                        outcome.modelVersion().isEmpty() ? outcome.bundle() : outcome.modelVersion(),
                        outcome.releasedAt(),
                        (before == null ? 0 : before.accepted) + (outcome.accepted() ? 1 : 0),
                        (before == null ? 0 : before.refused) + (outcome.accepted() ? 0 : 1),
                        outcome.subtasks(),
                        outcome.detail()));
        if (releases.size() > VERSIONS) {
            releases.remove(releases.keySet().iterator().next());
        }
    }

    /** The model of the newest tag. */
    Optional<String> current() {
        return newest.isEmpty() ? Optional.empty() : Optional.of(newest);
    }

    Shown shown() {
        List<Version> versions = new ArrayList<>();
        taggers.forEach((modelVersion, tagger) -> versions.add(new Version(
                modelVersion,
                tagger.tags,
                Instant.ofEpochMilli(tagger.first),
                Instant.ofEpochMilli(tagger.last),
                modelVersion.equals(newest))));
        versions.sort(Comparator.comparing(Version::last).reversed());
        List<Release> newestFirst = new ArrayList<>(releases.values());
        newestFirst.sort(Comparator.comparing(Release::releasedAt).reversed());
        return new Shown(versions, newestFirst);
    }
}
