package org.catalogtagger.streaming.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.catalogtagger.model.TinyModel;
import org.catalogtagger.model.image.ImageFolder;
import org.catalogtagger.streaming.publish.ImagePublisher;
import org.catalogtagger.streaming.quickstart.LocalKafka;
import org.catalogtagger.training.sample.SampleCatalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tagger sql} on the script of streaming/README.md. */
class SqlCommandIT {
    @TempDir
    private Path folder;

    @Test
    void theScriptOfTheReadmeTagsATopic() throws Exception {
        Path bundle = folder.resolve("model");
        TinyModel.save(bundle, 1);
        SampleCatalogue.write(folder.resolve("images"), 5, 1);
        ImageFolder catalogue = ImageFolder.scan(folder.resolve("images"));
        String printed;
        try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"))) {
            kafka.createTopics(List.of("product-images"), 2);
            try (ImagePublisher publisher = new ImagePublisher(kafka.bootstrapServers(), Map.of(), "product-images")) {
                publisher.publish(catalogue.images(), catalogue.classes(), true, 0, sent -> {});
            }
            String script = readmeScript()
                    .replace("localhost:9092", kafka.bootstrapServers())
                    .replace("my-model", bundle.toString());
            printed = run(Files.writeString(folder.resolve("tag.sql"), script));
        }
        for (ImageFolder.Entry image : catalogue.images()) {
            assertThat(printed)
                    .containsPattern(
                            "\\| +%s \\| +(Shirts|Ties|Watches) \\| +0\\.\\d+ \\|".formatted(image.productId()));
        }
        assertThat(printed)
                .contains("%d rows in set".formatted(catalogue.images().size()));
    }

    @Test
    @Timeout(900)
    void endsAfterTheLastRowEachTime() throws Exception {
        Path script = Files.writeString(folder.resolve("rows.sql"), "SELECT x FROM (VALUES (1), (2), (3)) AS t (x);\n");
        for (int run = 0; run < 10; run++) {
            assertThat(run(script)).contains("3 rows in set");
        }
    }

    @Test
    void aScriptIsCutAtSemicolonsAtLineEnds() {
        assertThat(SqlCommand.statements("-- a; b\nSET 'a' = 'x;y';\n\nSELECT 1\n  FROM t;  \nSELECT 2"))
                .containsExactly("SET 'a' = 'x;y'", "SELECT 1\n  FROM t", "SELECT 2");
    }

    private static String readmeScript() throws Exception {
        Matcher block =
                Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String run(Path script) {
        PrintStream console = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new SqlCommand()).execute(script.toString()))
                    .isZero();
        } finally {
            System.setOut(console);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }
}
