package org.catalogtagger.streaming.kafka.secured;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What is logged of rights that are missing, until it is closed. */
final class Complaints extends AbstractAppender implements AutoCloseable {
    /** Ours, and the source, which only warns that it cannot commit its offsets. A jar of Flink's tests turns all others off. */
    private static final Map<String, Level> LOGGERS =
            Map.of("org.catalogtagger", Level.ERROR, "org.apache.flink.connector.kafka.source", Level.WARN);

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);

    Complaints() {
        super("complaints", null, null, true, Property.EMPTY_ARRAY);
        start();
        Configuration configuration = context.getConfiguration();
        LOGGERS.forEach((name, level) -> {
            LoggerConfig logger = new LoggerConfig(name, level, false);
            logger.addAppender(this, level, null);
            configuration.addLogger(name, logger);
        });
        context.updateLoggers();
    }

    @Override
    public void append(LogEvent event) {
        String line = event.getMessage().getFormattedMessage() + " " + event.getThrown();
        if (line.contains("AuthorizationException")) {
            heard.add(line);
        }
    }

    Optional<String> first() {
        return Optional.ofNullable(heard.peek());
    }

    @Override
    public void close() {
        LOGGERS.keySet().forEach(context.getConfiguration()::removeLogger);
        context.updateLoggers();
        stop();
    }
}
