package org.catalogtagger.streaming.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class AccuracyCountsTest {
    @Property(tries = 200)
    void countsAsAListWould(
            @ForAll List<@Size(2) List<@CharRange(from = 'a', to = 'e') @StringLength(1) String>> pairs) {
        AccuracyCounts counts = AccuracyCounts.none();
        AccuracyCounts other = AccuracyCounts.none();
        for (int i = 0; i < pairs.size(); i++) {
            (i % 3 == 0 ? other : counts).add(pairs.get(i).get(0), pairs.get(i).get(1));
        }
        counts.addAll(other);

        for (ClassAccuracy accuracy : counts.perClass()) {
            long support = pairs.stream()
                    .filter(p -> p.get(0).equals(accuracy.label()))
                    .count();
            long correct = pairs.stream()
                    .filter(p -> p.get(0).equals(accuracy.label()) && p.get(1).equals(p.get(0)))
                    .count();
            assertThat(accuracy).isEqualTo(new ClassAccuracy(accuracy.label(), support, correct));
        }
        assertThat(counts.perClass())
                .hasSize((int) pairs.stream().map(p -> p.get(0)).distinct().count());
        assertThat(counts.overall("all").support()).isEqualTo(pairs.size());
        assertThat(counts.overall("all").correct())
                .isEqualTo(pairs.stream().filter(p -> p.get(0).equals(p.get(1))).count());
    }
}
