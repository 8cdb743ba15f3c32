package org.catalogtagger.training.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.catalogtagger.cli.CommandException;
import org.catalogtagger.training.commands.StylesTable.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StylesTableTest {
    private static final String HEADER = "id,articleType,productDisplayName\n";
    private static final List<String> COLUMNS = List.of("id", "articleType", "productDisplayName");

    @TempDir
    private Path folder;

    static Stream<Charset> charsets() {
        return Stream.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
    }

    @ParameterizedTest
    @MethodSource("charsets")
    void aByteOrderMarkSaysTheEncoding(Charset charset) throws IOException {
        String text = "\uFEFF" + HEADER + "1,T\u00FCcher,x\n";
        Files.write(file(), text.getBytes(charset));
        assertThat(StylesTable.read(file()))
                .isEqualTo(new StylesTable(
                        COLUMNS, List.of(new Row(2, "1", "T\u00FCcher", List.of("1", "T\u00FCcher", "x"))), List.of()));
    }

    @Test
    void whatIsNotUtf8IsReadAsWindows1252AndSaidSo() throws IOException {
        Files.write(file(), (HEADER + "1,T\u00FCcher,\u20AC 5\n").getBytes(Charset.forName("windows-1252")));
        StylesTable table = StylesTable.read(file());
        assertThat(table.rows())
                .containsExactly(new Row(2, "1", "T\u00FCcher", List.of("1", "T\u00FCcher", "\u20AC 5")));
        assertThat(table.notes()).singleElement().asString().contains("styles.csv: not UTF-8, read as windows-1252");
    }

    @Test
    void utf16WithoutItsMarkIsNamed() throws IOException {
        Files.write(file(), (HEADER + "1,Ties,x\n").getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> StylesTable.read(file()))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("line 1: holds a NUL character; save it as a text in UTF-8");
    }

    @Test
    void lineEndsAndBlanksAreNoPartOfNames() throws IOException {
        assertThat(
                        read(" id , articleType,name\r\n 1 ,\u00A0Ties ,x\r\n\r\n2,\"Rain Trousers \",x\r\n ,,\r\n3,Tu\u0308cher,x")
                                .rows())
                .containsExactly(
                        new Row(2, "1", "Ties", List.of("1", "Ties", "x")),
                        new Row(4, "2", "Rain Trousers", List.of("2", "Rain Trousers", "x")),
                        new Row(6, "3", "T\u00FCcher", List.of("3", "Tu\u0308cher", "x")));
    }

    @Test
    void commasOfTheLastColumnAreSaidAndTaken() throws IOException {
        StylesTable table = read(HEADER + "1,Ties,x\n2,Ties,Red, White Tie\n3,Ties,a,b,c\n");
        assertThat(table.rows()).hasSize(3);
        assertThat(table.notes())
                .singleElement()
                .asString()
                .contains("2 row(s) with more cells than columns, line 3 first: commas of productDisplayName");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,Ties,x~1,Ties,y | line 3: id 1 is on line 2 already; keep one of the two",
                "1,Ties,x~2,Ties | line 3: 2 cells for 3 columns; quote a cell that holds a comma, or complete the row",
                "1,,x | line 2: articleType is empty; fill it in, or take the row out",
                "1, ,x | line 2: articleType is empty",
                ",Ties,x | line 2: id is empty",
                "1,a/b,x | line 2: articleType 'a/b' cannot name a file or folder; change it",
                "1,..,x | line 2: articleType '..' cannot name",
                "1,.hidden,x | line 2: articleType '.hidden' cannot name",
                "1,__MACOSX,x | line 2: articleType '__MACOSX' cannot name",
                "1,a\\b,x | line 2: articleType 'a\\b' cannot name",
                "../1,Ties,x | line 2: id '../1' cannot name",
                "1,Ties,\"open~2,Ties,x | line 2: a quote is not closed rightly on its line",
                "1,Ties,x~2,Ties,\"open~3,Ties,shut\"~4,Ties,x | line 3: a quote is not closed rightly on its line",
                "1,Ties,\"a\" b | line 2: a quote is not closed rightly",
            })
    void namesTheLineAndWhatToDo(String rows, String message) {
        // The quotes of this test's own table are doubled.
        String text = HEADER + rows.strip().replace('~', '\n') + "\n";
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith(file().toString())
                .hasMessageContaining(message.strip());
    }

    @Test
    void namesAFewFaultsAndCountsTheRest() {
        assertThatThrownBy(() -> read(HEADER + "1,,x\n2,,x\n3,,x\n4,,x\n5,,x\n6,,x\n7,,x\n"))
                .hasMessageContaining("line 2:")
                .hasMessageContaining("line 6:")
                .hasMessageEndingWith("; and 2 more");
    }

    @Test
    void saysHowCellsAreSeparated() {
        assertThatThrownBy(() -> read("id;articleType;name\n1;Ties;x\n"))
                .hasMessageContaining("has no column id")
                .hasMessageContaining("must be separated by commas");
        assertThatThrownBy(() -> read("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> read("articleType,id\n1,2,3\n")).hasMessageContaining("3 cells for 2 columns");
    }

    private Path file() {
        return folder.resolve("styles.csv");
    }

    private StylesTable read(String text) throws IOException {
        Files.writeString(file(), text);
        return StylesTable.read(file());
    }
}
