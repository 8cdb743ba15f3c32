package org.catalogtagger.streaming.kafka;

import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.catalogtagger.cli.ErrorLine;

/** What Kafka's client found wrong, on one line; the values of its settings, which it quotes, are not in it. */
final class ClientFault {
    private static final Pattern INVALID_VALUE =
            Pattern.compile("Invalid value .* for configuration ([\\w.-]+).*", Pattern.DOTALL);

    /** The words of a value, but not the names to which a login configuration assigns others. */
    private static final Pattern WORD = Pattern.compile("[^\\s\"=;,]+(?![^\\s\"=;,]|\\s*=)");

    /** Kafka's client goes on to name the JVM's property for a file of logins. */
    private static final String NO_LOGIN = "'KafkaClient' entry in the JAAS configuration";

    private static final String FILE = ".location";
    private static final int SHORTEST = 4;
    private static final String HIDDEN = "(not shown)";

    private ClientFault() {}

    /**
     * The line.
     *
     * @param clientProperties that the client was given
     */
    static String of(Throwable thrown, Map<String, String> clientProperties) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            Matcher invalid = INVALID_VALUE.matcher(String.valueOf(e.getMessage()));
            if (e instanceof ConfigException && invalid.matches()) {
                return "the client setting %s has no valid value".formatted(invalid.group(1));
            }
            if (String.valueOf(e.getMessage()).contains(NO_LOGIN)) {
                return "the client setting sasl.jaas.config is missing, which says who logs in";
            }
            if (e instanceof FileSystemException fault) {
                for (Map.Entry<String, String> property : clientProperties.entrySet()) {
                    if (property.getKey().endsWith(FILE) && property.getValue().equals(fault.getFile())) {
                        return "the client setting %s names a file that %s"
                                .formatted(
                                        property.getKey(),
                                        fault instanceof NoSuchFileException ? "is not there" : "cannot be read");
                    }
                }
            }
        }
        String line = Refusal.of(thrown).orElseGet(() -> ErrorLine.ofRootCause(thrown));
        for (Map.Entry<String, String> property : clientProperties.entrySet()) {
            if (!property.getKey().equals("security.protocol")) {
                line = without(line, property.getValue());
                Matcher word = WORD.matcher(property.getValue());
                while (word.find()) {
                    line = without(line, word.group());
                }
            }
        }
        return line;
    }

    private static String without(String line, String value) {
        return value.length() < SHORTEST ? line : line.replace(value, HIDDEN);
    }
}
