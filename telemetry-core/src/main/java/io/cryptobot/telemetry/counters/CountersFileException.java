package io.cryptobot.telemetry.counters;

import io.cryptobot.telemetry.ToolApi;
import java.util.Locale;

/** A counters file cannot be used. The message is one sentence with the file, the cause and what to do. */
@ToolApi
public final class CountersFileException extends Exception {
    /** The reasons; they are also values of a metric label. */
    public enum Reason {
        /** The file or its directory cannot be created, locked, opened or read. */
        IO,
        /** Another living process owns the file. */
        OWNED,
        /** Not a counters file, or a counters file of another bot or byte order. */
        FOREIGN,
        /** A counters file of a format version that this program does not know. */
        VERSION,
        /** Shorter than its header says. */
        TRUNCATED,
        /** The header's checksum or its numbers are wrong. */
        CORRUPT,
        /** Its writer is still creating it. */
        NOT_READY,
        /** It is larger than the memory limit of the reader. */
        TOO_LARGE;

        /** {@return the label value} */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Reason reason;

    CountersFileException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    CountersFileException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return why the file cannot be used} */
    public Reason reason() {
        return reason;
    }
}
