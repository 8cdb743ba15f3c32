package org.catalogtagger.streaming.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HolderTest {
    private static final Holder HOLDER = new Holder("s", "j", "h", Instant.ofEpochSecond(1_800_000_000));

    @Property
    void whatIsWrittenIsReadWithWhateverFollows(
            @ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int seconds, @ForAll int confirmations) {
        Holder holder = new Holder("start", "job", "host", Instant.ofEpochSecond(seconds));
        assertThat(Holder.parse(holder.text())).contains(holder);
        assertThat(Holder.parse(holder.text() + " " + confirmations)).contains(holder);
    }

    @Property
    void noTextOfOthersBreaksIt(@ForAll @NotEmpty @StringLength(max = 50) String text) {
        assertThat(Holder.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b c", "a b c yesterday"})
    void whatIsNoHolderIsNone(String text) {
        assertThat(Holder.parse(text)).isEmpty();
    }

    @Test
    void namesHoldNoSpace() {
        assertThatThrownBy(() -> new Holder("s", "j", "my host", Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("my host");
    }

    @Test
    void aUserReadsJobHostAndTime() {
        assertThat(HOLDER).hasToString("job j on h, since 2027-01-15T08:00:00Z");
    }
}
