package io.cryptobot.exporter;

import io.dropwizard.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reason for a failed start, as a message for the operator without a stack trace. Immutable.
 *
 * @param message the problem and its solution
 * @param exitCode {@link #CONFIGURATION} or {@link #OTHER}
 */
record StartFailure(String message, int exitCode) {
    /** Any other failure. */
    static final int OTHER = 1;
    /** Wrong usage of the command line. */
    static final int USAGE = 2;
    /** The configuration file, or a port in it, must be changed. */
    static final int CONFIGURATION = 3;

    /** Jetty's message: "Failed to bind to /0.0.0.0:9100". */
    private static final Pattern FAILED_BIND = Pattern.compile("Failed to bind to (?:[^/ ]*/)?(\\S+)");

    /** A part of Jackson's messages that is not useful for the operator. */
    private static final Pattern PLACE_OF_A_PARSER = Pattern.compile("\\R at \\[Source: .*");

    static StartFailure of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher bind = FAILED_BIND.matcher(String.valueOf(cause.getMessage()));
            if (bind.find()) {
                return new StartFailure(cannotListen(bind.group(1), cause), CONFIGURATION);
            }
        }
        if (failure instanceof ConfigurationException || failure instanceof IOException) {
            return new StartFailure(
                    PLACE_OF_A_PARSER
                            .matcher(String.valueOf(failure.getMessage()))
                            .replaceAll("")
                            .strip(),
                    CONFIGURATION);
        }
        return new StartFailure("cannot start: " + failure, OTHER);
    }

    private static String cannotListen(String address, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof UnresolvedAddressException) {
            return "cannot listen: no address is known for the host name in CRYPTOBOT_EXPORTER_HOST or a bindHost";
        }
        return "cannot listen on " + address + " (" + root.getMessage()
                + "); 9100 is node_exporter's default too. Choose"
                + " a free port with CRYPTOBOT_EXPORTER_PORT for the metrics or CRYPTOBOT_EXPORTER_ADMIN_PORT for the admin"
                + " pages.";
    }
}
