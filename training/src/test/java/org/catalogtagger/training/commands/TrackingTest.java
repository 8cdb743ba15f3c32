package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.catalogtagger.cli.CommandException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackingTest {
    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:5000", "http://localhost:5000//", "https://mlflow.example.com/team"})
    void anMlflowServerHasAnAddress(String text) {
        assertThat(Tracking.address(text)).isEqualTo(URI.create(text.replaceFirst("/+$", "")));
    }

    /** A password that is typed there does not come out on a console, which others may read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:secret@localhost:5000",
                "http://me:sec ret@localhost",
                "http://me:secret%@localhost",
                "http://localhost:99999?secret",
                "http://localhost:99999",
                "localhost:5000",
                "ftp://localhost",
                "file:///secret",
                ""
            })
    void whatIsNoneIsNotRepeated(String text) {
        assertThatThrownBy(() -> Tracking.address(text))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("--mlflow takes a server's address")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }
}
