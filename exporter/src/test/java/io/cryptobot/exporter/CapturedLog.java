package io.cryptobot.exporter;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a logger and those below it log until {@link #close}. Thread-safe. */
public final class CapturedLog implements AutoCloseable {
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger;

    /** @param name as of the logger, for example of a class or a package */
    public CapturedLog(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        events.start();
        logger.addAppender(events);
    }

    public CapturedLog(Class<?> type) {
        this(type.getName());
    }

    /** Keeps the messages out of the build's own log, which a thousand lines of one test would fill. */
    public CapturedLog alone() {
        logger.setAdditive(false);
        return this;
    }

    /** {@return the messages so far} */
    public List<String> messages() {
        return messages(Level.TRACE);
    }

    /** {@return the messages of this level or above so far} */
    public List<String> messages(Level least) {
        synchronized (events) {
            return List.copyOf(events.list).stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(least))
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }

    @Override
    public void close() {
        logger.setAdditive(true);
        logger.detachAppender(events);
    }
}
