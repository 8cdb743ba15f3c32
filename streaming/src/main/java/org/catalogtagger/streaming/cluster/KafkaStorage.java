package org.catalogtagger.streaming.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.tools.StorageTool;

/** A broker's folders, as Kafka wants them before its first start. */
public final class KafkaStorage {
    private KafkaStorage() {}

    /**
     * Writes a broker's settings, and makes its folders those of a cluster.
     *
     * @param file where the settings go
     * @param clusterId as Kafka's own tools draw it
     */
    public static void format(Path file, Properties properties, String clusterId) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[] {"format", "--ignore-formatted", "-t", clusterId, "-c", file.toString()},
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IOException("Kafka's storage could not be formatted: " + said.toString(StandardCharsets.UTF_8));
        }
    }
}
