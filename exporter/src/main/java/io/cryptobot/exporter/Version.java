package io.cryptobot.exporter;

import java.util.Objects;

/** The version of the exporter. Stateless. */
public final class Version {
    private Version() {}

    /** {@return the version of the running jar; {@code unknown} if the classes are not in a jar} */
    public static String ofThisJar() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "unknown");
    }
}
