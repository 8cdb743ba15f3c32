package org.catalogtagger.streaming.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BoundedTextTest {
    @Property
    void textIsMendedUntilUtf8TakesIt(
            @ForAll @CharRange(from = '\uD7F0', to = '\uE00F') @CharRange(from = 'a', to = 'c') String text) {
        String mended = BoundedText.wellFormed(text);
        assertThat(BoundedText.isWellFormed(mended)).isTrue();
        assertThat(new String(mended.getBytes(UTF_8), UTF_8)).isEqualTo(mended);
        assertThat(mended).hasSameSizeAs(text);
        if (BoundedText.isWellFormed(text)) {
            assertThat(mended).isSameAs(text);
        }
    }

    @Property
    void theStartOfUtf8IsWholeCharacters(@ForAll String text, @ForAll @IntRange(max = 100) int maxBytes) {
        String valid = BoundedText.wellFormed(text);
        byte[] start = BoundedText.utf8Start(valid.getBytes(UTF_8), maxBytes);
        assertThat(start.length).isLessThanOrEqualTo(Math.max(maxBytes, 0));
        assertThat(valid).startsWith(new String(start, UTF_8));
    }

    @Test
    void aLongTextIsCutAndShowsIt() {
        assertThat(BoundedText.shortened("abcdef", 4)).isEqualTo("abc…");
        assertThat(BoundedText.shortened("abcd", 4)).isEqualTo("abcd");
    }
}
