package org.catalogtagger.streaming.publish;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.catalogtagger.cli.SettingsFile;
import org.catalogtagger.model.image.ImageNames;
import org.jspecify.annotations.Nullable;

/** What happens to a catalogue, one phase after the other. The built-in {@code *.yaml} beside this class show it. */
public record DriftScenario(@NotNull Long seed, @NotNull @NotEmpty List<@NotNull @Valid Phase> phases) {
    /** The built-in scenarios. */
    public static final List<String> BUILT_IN =
            List.of("class-falls", "labels-swap", "new-class", "darker", "mix-shifts");

    /**
     * A stretch of events. What is not said does not change.
     *
     * @param events how many
     * @param brightness what gray levels and colours are multiplied by
     * @param look images of a class that come as negatives
     * @param relabel images of a class whose label is another
     * @param mix a class that comes more often, or less
     */
    public record Phase(
            @NotNull @Positive Integer events,
            @Nullable @Positive @DecimalMax(value = "4", message = "must be at most {value}") Double brightness,
            @Nullable @Valid Look look,
            @Nullable @Valid Relabel relabel,
            @Nullable @Valid Mix mix) {
        /** What happens in it, for people. */
        public String describe() {
            List<String> parts = new ArrayList<>();
            if (brightness != null) {
                parts.add(String.format(Locale.ROOT, "brightness %+.0f %%", 100 * (brightness - 1)));
            }
            if (look != null) {
                parts.add(String.format(Locale.ROOT, "%.0f %% of %s as negatives", 100 * look.share(), look.label()));
            }
            if (relabel != null) {
                parts.add(String.format(
                        Locale.ROOT,
                        "%.0f %% of %s labelled %s",
                        100 * relabel.share(),
                        relabel.label(),
                        relabel.as()));
            }
            if (mix != null) {
                parts.add(String.format(Locale.ROOT, "%s %.1f times as often", mix.label(), mix.times()));
            }
            return parts.isEmpty() ? "as ever" : String.join(", ", parts);
        }

        /** The classes that it speaks of. */
        Stream<String> labels() {
            return Stream.of(
                            look == null ? null : look.label(),
                            relabel == null ? null : relabel.label(),
                            mix == null ? null : mix.label())
                    .filter(Objects::nonNull);
        }
    }

    /** Which share of a class' images, 0 to 1, look otherwise. */
    public record Look(
            @NotBlank String label,
            @NotNull @Positive @DecimalMax(value = "1", message = "must be at most {value}") Double share) {
        public Look {
            label = composed(label);
        }
    }

    /** Which share of a class' images, 0 to 1, is of another class now. */
    public record Relabel(
            @NotBlank String label,
            @NotBlank String as,
            @NotNull @Positive @DecimalMax(value = "1", message = "must be at most {value}") Double share) {
        public Relabel {
            label = composed(label);
            as = composed(as);
        }

        /** Whether anything changes. */
        @AssertTrue(message = "as must be another label")
        @JsonIgnore
        public boolean isAnother() {
            return label == null || !label.equals(as);
        }
    }

    /** How many times as often a class comes. */
    public record Mix(
            @NotBlank String label,
            @NotNull @Positive @DecimalMax(value = "1000", message = "must be at most {value}") Double times) {
        public Mix {
            label = composed(label);
        }
    }

    /**
     * A scenario by the name of a built-in one, or from a file.
     *
     * @throws org.catalogtagger.cli.SettingsException if the file has faults
     */
    public static DriftScenario named(String nameOrFile) throws IOException {
        return SettingsFile.named("scenario", nameOrFile, BUILT_IN, DriftScenario.class)
                .as(DriftScenario.class);
    }

    /** The validator speaks of what is missing, later. */
    @SuppressWarnings("NullAway")
    private static String composed(@Nullable String label) {
        return label == null ? null : ImageNames.composed(label);
    }

    /** All events. */
    public long events() {
        return phases.stream().mapToLong(Phase::events).sum();
    }
}
