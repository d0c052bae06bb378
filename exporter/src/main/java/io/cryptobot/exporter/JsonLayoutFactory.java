package io.cryptobot.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import java.util.TimeZone;

/**
 * {@code layout: {type: json}} of an appender: one JSON object per line, for programs that read the log. It has no
 * options.
 */
@JsonTypeName("json")
public final class JsonLayoutFactory implements DiscoverableLayoutFactory<ILoggingEvent> {
    @Override
    public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone timeZone) {
        return new JsonLayout();
    }

    private static final class JsonLayout extends LayoutBase<ILoggingEvent> {
        private final JsonEncoder encoder = new JsonEncoder();

        JsonLayout() {
            encoder.setWithSequenceNumber(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithContext(false);
            // The formatted message, not its pattern and arguments.
            encoder.setWithMessage(false);
            encoder.setWithArguments(false);
            encoder.setWithFormattedMessage(true);
        }

        @Override
        public void start() {
            encoder.start();
            super.start();
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            return new String(encoder.encode(event), UTF_8);
        }
    }
}
