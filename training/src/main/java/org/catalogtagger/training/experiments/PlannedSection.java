package org.catalogtagger.training.experiments;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs that belong together, and what is claimed of them.
 *
 * @param runs that the page shows here; those of no section come last
 * @param sweep the runs that one is chosen of, if one is
 * @param claims that the results are held against
 */
public record PlannedSection(
        @NotBlank String title,
        List<@NotNull String> runs,
        Optional<@Valid Sweep> sweep,
        List<@NotNull @Valid Claim> claims) {
    /** A list that is left out is empty. */
    @SuppressWarnings("NullAway") // Jackson gives null for what is not there.
    public PlannedSection {
        runs = runs == null ? List.of() : List.copyOf(runs);
        claims = claims == null ? List.of() : List.copyOf(claims);
    }

    /**
     * Runs that differ in one setting.
     *
     * @param of the setting, in words
     * @param chosen the run that whoever published them chose
     */
    public record Sweep(@NotBlank String of, @NotEmpty List<@NotNull String> runs, Optional<String> chosen) {}

    /** All names of runs in it. */
    Stream<String> names() {
        return Stream.of(
                        runs.stream(),
                        sweep.stream().flatMap(some -> Stream.concat(some.runs().stream(), some.chosen().stream())),
                        claims.stream().flatMap(claim -> claim.runs().stream()))
                .flatMap(names -> names);
    }
}
