package org.catalogtagger.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"Shirts", "Täschchen & Co.", "کیف\u200cها", "手袋", "👜", "a  b", "null", "v1.0+x:y/z"})
    void takesVisibleCharactersOfAnyScript(String name) {
        assertThat(Names.isName(name)).isTrue();
        assertThat(Names.isName(name.repeat(201))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " a",
                "a ",
                "a\tb",
                "a\nb",
                "a\0",
                "a\u202eb",
                "a\u2028b",
                "a\u00a0b",
                "\ud800",
                "\uffff"
            })
    void refusesWhatDoesNotShow(String text) {
        assertThat(Names.isName(text)).isFalse();
        assertThatThrownBy(() -> Names.require("a class", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a class must be 1 to 200 visible characters");
    }
}
