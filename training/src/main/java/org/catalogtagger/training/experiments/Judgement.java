package org.catalogtagger.training.experiments;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * Whether a claim holds.
 *
 * @param because the figures, a phrase each
 */
public record Judgement(Verdict verdict, List<String> because) {
    public Judgement {
        because = List.copyOf(because);
    }

    /** What figures say of a claim. */
    public enum Verdict {
        HOLDS("holds"),
        DOES_NOT_HOLD("does not hold"),
        CANNOT_BE_TOLD("cannot be told");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @JsonValue
        public String words() {
            return words;
        }
    }

    static Judgement of(boolean holds, String because) {
        return new Judgement(holds ? Verdict.HOLDS : Verdict.DOES_NOT_HOLD, List.of(because));
    }

    static Judgement unknown(String because) {
        return new Judgement(Verdict.CANNOT_BE_TOLD, List.of(because));
    }

    /** Of a claim that is made of several: it fails with one of them, and holds if all do. */
    static Judgement all(List<Judgement> parts) {
        Verdict verdict = Verdict.HOLDS;
        for (Judgement part : parts) {
            if (part.verdict() == Verdict.DOES_NOT_HOLD || verdict == Verdict.HOLDS) {
                verdict = part.verdict();
            }
        }
        return new Judgement(
                verdict,
                parts.stream()
                        .flatMap(part -> part.because().stream())
                        .distinct()
                        .toList());
    }
}
